"""Tryton for people: `prepare` makes its environment and the company, `serve` serves a company that stays.

What belongs here: the command line, and what it says about settings and the key. What does not: how Tryton is
made and started (`samples.programs.tryton`). `make tryton` calls this.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from samples.programs.tryton import (
    DATABASE,
    ROOT,
    Template,
    TrytonMissingError,
    TrytonServer,
    folder,
    known_company,
    launch,
    prepared,
)

_SAYS: Final = """\
Tryton serves {url}. Ctrl+C ends it; its database stays in {place}.

For settings.csv of the company {company}:

    {company},sync_target,tryton
    {company},sync_url,{url}
    {company},sync_options,database={database};company={company_id}

The key of its REST interface, for the home in data (other homes: their folder secrets):

    install -D -m 600 {secret_file} data/secrets/{company}.env

To look at what was booked, use the Tryton client with the user admin; its password is in
{password_file}.
"""


def main() -> None:
    """Does what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m samples.programs.serve_tryton", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="make the environment and the company, if they are not there")
    serve = commands.add_parser("serve", help="serve a company that stays")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--company", default="ALBA", metavar="CODE", help="the company of settings.csv")
    serve.add_argument("--folder", type=Path, help="where its database is kept; .tryton/company if left out")
    options = parser.parse_args()
    try:
        template = prepared()
        if options.command == "serve":
            place = (options.folder or folder() / "company").resolve()
            _serve(_kept(template, place), options.port, options.company)
    except (TrytonMissingError, AssertionError) as error:
        sys.exit(str(error))


def _kept(template: Template, place: Path) -> Template:
    """The company that stays: made from the template once, with a key and a password of its own since."""
    place.mkdir(mode=0o700, exist_ok=True)
    for name in (template.known_file, template.password_file, template.database):
        if not (place / name.name).exists():
            shutil.copy2(name, place / name.name)
    return replace(
        template,
        database=place / template.database.name,
        known_file=place / template.known_file.name,
        password_file=place / template.password_file.name,
        company=known_company(place / template.known_file.name),
    )


def _serve(template: Template, port: int, company: str) -> None:
    place = template.database.parent
    secret_file = place / f"{company}.env"
    secret_file.touch(mode=0o600)
    secret_file.write_text(f"KEY={template.company.key}\n", "utf-8")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    server = launch(template, place, port)
    try:
        sys.stdout.write(_described(server, secret_file, company))
        sys.stdout.flush()
        server.process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


def _described(server: TrytonServer, secret_file: Path, company: str) -> str:
    def shown(path: Path) -> Path:
        return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path

    return _SAYS.format(
        url=server.url,
        place=shown(server.folder),
        company=company,
        company_id=server.template.company.company_id,
        database=DATABASE,
        secret_file=shown(secret_file),
        password_file=shown(server.template.password_file),
    )


if __name__ == "__main__":
    main()
