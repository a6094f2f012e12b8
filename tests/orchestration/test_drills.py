"""The drills of docs/bad-days.md for a lost ledger: each step, as the page says it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from assets.errors import OperatingError
from assets.home import DATA, HOME_VARIABLE, Home
from assets.ledger.store import Ledger
from orchestration.syncs import SalesSyncs, SyncRequest
from samples.payments import pay, trace
from tests.orchestration.conftest import AT_ONCE, Run
from tests.support.desks import Desk, open_desk
from tests.support.ledgers import ReferenceData, open_item
from tests.support.whole_ledger import whole_ledger

PAGE: Final = (DATA.parent / "docs" / "bad-days.md").read_text("utf-8")
REFERENCE: Final = ReferenceData(
    items=(open_item("FV-1", "100.00"), open_item("FV-2", "40.00")), settings=(AT_ONCE,)
)
DAY: Final = "2026-10-20"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A home in use, which PARTITA_HOME names."""
    desk = open_desk(tmp_path / "home", REFERENCE)
    desk.load_reference()
    desk.take_trace("RITCOGE_1.txt", trace(pay("-60.00", "FV-1", "A")))
    desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    monkeypatch.setenv(HOME_VARIABLE, str(desk.root))
    return desk


def drill(title: str, **places: str) -> list[list[str]]:
    """The commands of the block below a title, with the places of a test for those of the page."""
    section = PAGE.split(f"### {title}\n", 1)[1]
    found = re.search(r"^```console\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, f"{title} has commands"
    text = found[1]
    for before, after in places.items():
        text = text.replace(before.replace("_", "/"), after)
    return [line.removeprefix("$ ").split() for line in text.splitlines()]


def work(commands: list[list[str]], run: Run, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Types them; each command of Partita with the code with which it ended."""
    ended = []
    for program, *arguments in commands:
        if program == "export":
            name, _, value = arguments[0].partition("=")
            monkeypatch.setenv(name, value)
            continue
        assert program == "partita"
        ended.append((arguments[0], run(*arguments).exit_code))
    return ended


def refuses_to_send(home: Home) -> bool:
    """Whether a sync refuses to send anything."""
    with SalesSyncs(home, Ledger.of(home), "test") as syncs:
        try:
            syncs.sync(SyncRequest("anna", (), None, None))
        except OperatingError:
            return True
    return False


def test_d13_the_drill_without_a_backup_brings_the_lost_ledger_back(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = whole_ledger(desk.ledger)
    desk.ledger.path.unlink()
    assert run("status").exit_code == 1
    ended = work(drill("The drill without a backup"), run, monkeypatch)
    assert ended == [("rebuild", 0), ("repair", 0), ("doctor", 0)]
    assert whole_ledger(desk.ledger) == before
    # Steps 3 and 4: compare, then send and export again.
    assert refuses_to_send(desk.home)
    desk.home.restored.unlink()
    assert not refuses_to_send(desk.home)
    assert run("export", "open-items").exit_code == 0


def test_d13_what_differs_is_mended_or_accepted_as_the_drill_says(desk: Desk, run: Run) -> None:
    """Steps 1 and 2."""
    before = whole_ledger(desk.ledger)
    desk.ledger.path.unlink()
    (kept,) = desk.home.processed.glob("*RITCOGE_1@*")
    copy = kept.read_bytes()
    kept.unlink()
    refused = run("rebuild")
    assert refused.exit_code == 2
    assert f"not done: the kept file {kept.name} (trace) is gone" in refused.stdout
    kept.write_bytes(copy)
    assert run("rebuild").exit_code == 0
    assert whole_ledger(desk.ledger) == before
    desk.ledger.path.unlink()
    kept.unlink()
    assert run("rebuild", "--accept").exit_code == 2
    assert desk.ask("SELECT correction_kind FROM ledger.correction") == [("settle",)]
    assert len(list(desk.root.glob("decisions-before-*"))) == 1


def test_d13_the_drill_with_a_backup_makes_a_home_of_it(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = whole_ledger(desk.ledger)
    backup, new = tmp_path / "home-2026-11-29.zip", tmp_path / "new"
    assert run("backup", str(backup)).exit_code == 0
    shutil.rmtree(desk.root)
    places = {"_mnt_elsewhere_home-nightly-3fa4c1d2-2026-11-29.zip": str(backup), "_srv_partita": str(new)}
    ended = work(drill("The drill with a backup", **places), run, monkeypatch)
    assert ended == [("restore", 0), ("repair", 0), ("doctor", 0)]
    assert whole_ledger(Ledger.of(Home(new))) == before
    assert refuses_to_send(Home(new))


def test_d13_an_older_ledger_is_brought_up_to_date_by_making_it_anew(desk: Desk, run: Run) -> None:
    """The short way: what people decided since that copy is in the journal."""
    older = desk.ledger.path.read_bytes()
    desk.take_trace("RITCOGE_2.txt", trace(pay("-40.00", "FV-1", "S", entry=2)))
    desk.correct("reopen", item="ALBA:FV-2")
    before = whole_ledger(desk.ledger)
    desk.ledger.path.write_bytes(older)
    assert run("doctor").exit_code == 2
    desk.ledger.path.rename(desk.root.parent / "older.duckdb")
    assert run("rebuild").exit_code == 0
    assert whole_ledger(desk.ledger) == before
