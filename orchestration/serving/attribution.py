"""Who asked for a run of the UI: the user of the session, whatever the request itself says of it."""

from __future__ import annotations

from typing import Any

from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext
from dagster._core.storage.dagster_run import DagsterRun
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext

from orchestration.requesters import tags_of_session
from orchestration.serving.guard import USER_HEADER


class AttributingRunCoordinator(QueuedRunCoordinator):
    """Queues runs, and tags those that come from a session with its user. Named in dagster.yaml."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Queues the run; the header is the guard's, which drops what a client sends under its name."""
        user = context.get_request_header(USER_HEADER)
        if user is not None:
            self._instance.add_run_tags(context.dagster_run.run_id, tags_of_session(user))
        return super().submit_run(context)


class _SessionRequestContext(WorkspaceRequestContext):
    """The context of one request, which knows whose session it belongs to: for backfills."""

    def get_viewer_tags(self) -> dict[str, str]:
        headers = getattr(self.source, "headers", {})
        user = headers.get(USER_HEADER)
        return {} if user is None else tags_of_session(user)


class SessionProcessContext(WorkspaceProcessContext):
    """Dagster's context of the webserver, whose requests know their session."""

    def create_request_context(self, source: Any | None = None) -> WorkspaceRequestContext:
        """The context of one request."""
        return _SessionRequestContext(
            instance=self._instance,
            current_workspace=self.get_current_workspace(),
            process_context=self,
            version=self.version,
            source=source,
            read_only=self._read_only,
        )
