"""The group `partita`. A command's module is loaded when the command is named, and not before.

Belongs here: which commands there are, and how an operating error is shown. Does not: what a command does.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Final, Never

import click

from assets.errors import OperatingError, TransientError
from assets.ledger.locking import call_this_process
from orchestration.cli.command_groups import GROUPS, OTHERS
from orchestration.cli.exit_codes import CALLED_WRONGLY, STOPPED
from orchestration.cli.render import UnwrittenAnswerError
from orchestration.stopping import StoppedError, sentence, stoppable

READING_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "beancount": "orchestration.cli.beancount:beancount",
        "corrections": "orchestration.cli.correction_list:corrections",
        "doctor": "orchestration.cli.doctor:doctor",
        "documents": "orchestration.cli.invoices:documents",
        "find": "orchestration.cli.why:find",
        "findings": "orchestration.cli.lists:findings",
        "invoices": "orchestration.cli.sync:invoices",
        "kept": "orchestration.cli.comparing:kept",
        "open-items": "orchestration.cli.lists:open_items",
        "postings": "orchestration.cli.lists:postings",
        "report": "orchestration.cli.reporting:report",
        "status": "orchestration.cli.status:status",
        "unlinked": "orchestration.cli.unlinked:unlinked",
        "why": "orchestration.cli.why:why",
    }
)
"""Where each command that only reads stands, by its name."""

WRITING_MODULES: Final = (
    "orchestration.cli.beginning",
    "orchestration.cli.backups",
    "orchestration.cli.rebuilding",
    "orchestration.cli.run_commands",
    "orchestration.cli.invoice_decisions",
    "orchestration.cli.identifiers",
    "orchestration.cli.purge",
    "orchestration.cli.changing",
    "orchestration.cli.corrections",
    "orchestration.cli.audit",
    "orchestration.cli.reference",
    "orchestration.cli.export",
    "orchestration.cli.sync",
    "orchestration.cli.repair",
    "orchestration.cli.completion",
)
"""The commands that change the ledger, those of the audit log and `completion`, in their lists `COMMANDS`.
Loaded for them and for the help only."""


_IS_DONE: Final = (
    "What the command did before stands: look with `partita status` and `partita corrections` before you "
    "run it "
    "again"
)
_MOST_MEANT: Final = 3
_ERRORS_OF_DISKS: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""A disk that is full, over its quota, damaged or not to be written; a file that is too large for it."""


class PartitaGroup(click.Group):
    """Loads a command when it is needed, and shows operating errors as one message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in alphabetical order."""
        return sorted([*READING_COMMANDS, *_writing_commands()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None if there is none."""
        target = READING_COMMANDS.get(cmd_name)
        if target is None:
            return _writing_commands().get(cmd_name)
        module, _, name = target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command), f"{target} is a command"
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named; from now on the process is called by it."""
        named = args[0]
        if not named.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, named) is None:
            ctx.fail(f"No such command {named!r}.{did_you_mean(named, self.list_commands(ctx))}")
        call_this_process(f"partita {named}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in groups, each in the order in which it is needed."""
        known = self.list_commands(ctx)
        grouped = {name for names in GROUPS.values() for name in names}
        others = tuple(name for name in known if name not in grouped)
        width = max(map(len, known))
        for heading, names in {**GROUPS, OTHERS: others}.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            rows = [
                (name.ljust(width), command.get_short_help_str(formatter.width - width - 6))
                for name, command in commands
                if command is not None and not command.hidden
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Reads the options that stand before the command."""
        with _called_wrongly():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; what stops the work is a message for people, never a traceback."""
        try:
            with stoppable(), _called_wrongly():
                return super().invoke(ctx)
        except UnwrittenAnswerError as error:
            if ctx.invoked_subcommand in READING_COMMANDS:
                _fail(error)
            _fail(OperatingError(f"{error}. {_IS_DONE}"))
        except BrokenPipeError as error:
            # Who reads no further (`| head`) has the answer that they want, but may not know what was done.
            if ctx.invoked_subcommand in READING_COMMANDS:
                raise
            _fail(OperatingError(f"cannot write the answer: {error.strerror}. {_IS_DONE}"))
        except OperatingError as error:
            _fail(error)
        except _errors_of_records() as error:
            _fail(_unwritten(str(getattr(error, "orig", error))))
        except OSError as error:
            if error.errno not in _ERRORS_OF_DISKS:
                raise
            _fail(_unwritten(f"{error.filename or 'a file'}: {error.strerror}"))
        except StoppedError:
            click.echo(sentence(), err=True)
            raise SystemExit(STOPPED) from None


def did_you_mean(named: str, known: Sequence[str]) -> str:
    """Which of these may be meant by a name that is none of them, as a sentence; nothing if none is."""
    alike = [name for name in known if name.startswith(named)] or get_close_matches(named, known)
    return f" Did you mean {' or '.join(alike)}?" if 0 < len(alike) <= _MOST_MEANT else ""


@contextmanager
def _called_wrongly() -> Iterator[None]:
    """A call that makes no sense ends with a code of its own; by click it would end as work that is left."""
    try:
        yield
    except click.UsageError as error:
        error.show()
        raise SystemExit(CALLED_WRONGLY) from error


def _fail(error: OperatingError) -> Never:
    raise click.ClickException(str(error)) from error


def _errors_of_records() -> tuple[type[Exception], ...]:
    """What Dagster raises where its records cannot be written; nothing while it is not loaded."""
    loaded = sys.modules.get("sqlalchemy.exc")
    return () if loaded is None else (loaded.DBAPIError,)


def _unwritten(what: str) -> OperatingError:
    return TransientError(
        f"Dagster's records or another file could not be read or written ({what}). What the ledger has, it "
        "keeps, and nothing is half posted: `partita status` says what is. Check free space and permissions, "
        "then run the command again; if it says the same, ask `partita doctor`."
    )


def _writing_commands() -> dict[str, click.Command]:
    modules = [import_module(name) for name in WRITING_MODULES if find_spec(name) is not None]
    commands: list[click.Command] = [command for module in modules for command in module.COMMANDS]
    return {command.name: command for command in commands if command.name is not None}


@click.group(cls=PartitaGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="partita", prog_name="Partita", help="Show the version and end.")
def main() -> None:
    """Treasury traces become journal entries that close exactly the open items they name.

    The folder that PARTITA_HOME names holds the ledger and the files. Commands end with 0 if all is well,
    with 1 if something stopped them, with 2 if they did their work and something is left for a person, and
    with 64 if they were called wrongly.
    """
