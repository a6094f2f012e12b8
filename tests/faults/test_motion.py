"""Files that change or vanish between being found and being read: named, not posted, nothing lost (D13)."""

from __future__ import annotations

import pytest

from assets.errors import SourceFileChangedError
from assets.home import Home
from assets.traces import prepare
from orchestration.imports import TraceImports, current_settings, import_keys, look
from samples.payments import pay, trace
from tests.conftest import MakeHome
from tests.support.ledgers import ReferenceData, open_item, setting
from tests.support.whole_ledger import broken_invariants, whole_ledger

DATA = ReferenceData(
    items=(open_item("FV-1", "10.00"), open_item("FV-2", "20.00")), settings=(setting("quiet_seconds", "0"),)
)
FIRST = trace(pay("-10.00", "FV-1", entry=1))
SECOND = trace(pay("-20.00", "FV-2", entry=2))


def test_d13_a_file_that_changes_while_it_is_read_is_not_posted_but_found_again(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_home(DATA)
    home, ledger = Home(made.root), made.ledger
    home.create()
    path = home.inbox / "RITCOGE.txt"
    path.write_bytes(FIRST)
    choose = prepare.choose_reader

    def grow(head: bytes, name: str) -> object:
        path.write_bytes(FIRST + SECOND)
        return choose(head, name)

    with TraceImports(home, ledger, "run") as imports:
        (key,) = look(home, ledger, current_settings(ledger)).keys
        with monkeypatch.context() as patch:
            patch.setattr(prepare, "choose_reader", grow)
            outcomes, failed = import_keys(imports, [key])
    assert (outcomes, [type(each.error) for each in failed]) == ([], [SourceFileChangedError])
    assert "changed while it was read: nothing of it was posted" in str(failed[0].error)
    assert whole_ledger(ledger)["posting"] == []
    (again,) = look(home, ledger, current_settings(ledger)).keys
    assert again != key


def test_d13_a_file_that_vanishes_does_not_stop_the_others(make_home: MakeHome) -> None:
    made = make_home(DATA)
    home, ledger = Home(made.root), made.ledger
    home.create()
    (home.inbox / "RITCOGE_1.txt").write_bytes(FIRST)
    (home.inbox / "RITCOGE_2.txt").write_bytes(SECOND)
    with TraceImports(home, ledger, "run") as imports:
        keys = look(home, ledger, current_settings(ledger)).keys
        (home.inbox / "RITCOGE_1.txt").unlink()
        outcomes, failed = import_keys(imports, keys)
    assert [each.partition_key for each in failed] == keys[:1]
    assert "the file was removed or changed after it was found" in str(failed[0].error)
    assert [(outcome.partition_key, outcome.status) for outcome in outcomes] == [(keys[1], "posted")]
    assert broken_invariants(ledger) == {}
