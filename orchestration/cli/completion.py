"""The command `completion`: what a shell has to read so that the tab key completes commands and options.

Belongs here: the command. Does not: the scripts, which are click's.
"""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

SHELLS: Final = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Show the script by which a SHELL completes commands and options: bash, zsh or fish.

    In bash and zsh, this belongs into the file that the shell reads when it starts: eval "$(partita
    completion bash)". In fish: partita completion fish > ~/.config/fish/completions/partita.fish
    """
    group = ctx.find_root()
    shown_by = get_completion_class(shell)
    assert shown_by is not None, "click knows these shells"
    name = group.info_name or "partita"
    click.echo(shown_by(group.command, {}, name, "_PARTITA_COMPLETE").source())


COMMANDS: Final[list[click.Command]] = [completion]
