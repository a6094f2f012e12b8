"""What the terminal says while Partita runs: one line per file, without stack traces.

Everything else (events, failures with their traces, and where a file met what nobody foresaw, under the
reference in its finding) stands in Dagster's pages.
"""

import logging
from typing import Final

import dagster as dg

TERMINAL: Final = {"loggers": {"console": {"config": {"level": "INFO"}}}}
"""Run configuration: messages of the pipeline itself, one line per file."""

SILENT: Final = {"loggers": {"console": {"config": {"level": "CRITICAL"}}}}
"""Run configuration: nothing, for a caller that shows the outcome itself."""


class _OwnMessages(logging.Filter):
    """Lets through what the pipeline itself logs, not Dagster's events and not tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is a message of ours."""
        meta = getattr(record, "dagster_meta", {})
        is_traceback = getattr(record, "is_traceback", False)
        return meta.get("dagster_event") is None and record.levelno >= logging.INFO and not is_traceback


@dg.logger(
    config_schema={"level": dg.Field(str, default_value="INFO", is_required=False)},
    description="One line per file for the terminal.",
)
def terminal_logger(context: dg.InitLoggerContext) -> logging.Logger:
    """A logger of the run's own, so that other programs' loggers stay as they are."""
    # Not getLogger, which keeps its loggers: pyarrow holds pandas beyond the end of the interpreter, pandas
    # leads by pandera to all of them, and ours would lead to DuckDB, which would then report itself leaked.
    logger = logging.Logger("partita.terminal", str(context.logger_config["level"]))
    handler = logging.StreamHandler()
    handler.setFormatter(_PlainFormatter("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(_OwnMessages())
    logger.addHandler(handler)
    return logger


class _PlainFormatter(logging.Formatter):
    """The message as the pipeline wrote it, without the run's and job's names before it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for the terminal."""
        meta = getattr(record, "dagster_meta", None)
        original = meta.get("orig_message") if isinstance(meta, dict) else None
        plain = logging.makeLogRecord(record.__dict__ | {"msg": original or record.msg, "args": None})
        return super().format(plain)
