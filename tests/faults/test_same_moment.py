"""Two processes import the same files at the same moment, and somebody reads meanwhile."""

from __future__ import annotations

import random
from pathlib import Path

from assets.home import Home
from assets.ledger.store import Ledger
from orchestration.imports import look
from tests.faults.homes import DATA, FILES, new_home
from tests.support import ledgers
from tests.support.children import AT_ONCE, Answer, children, import_at_once, import_inbox
from tests.support.whole_ledger import Row, broken_invariants, invariants_of, whole_ledger

_EVERY_MOVEMENT = "SELECT movement_key, count(*) FROM ledger.journal_entry GROUP BY movement_key ORDER BY 1"
_IMPORTS_AND_POSTINGS = """
    SELECT
        (SELECT sum(posting_count) FROM ledger.file_import),
        (SELECT count(*) FROM ledger.posting),
        (SELECT count(*) FROM ledger.file_import),
        (SELECT count(DISTINCT import_id) FROM ledger.import_attempt)
"""


def test_d12_two_processes_with_the_same_files_post_every_movement_once(tmp_path: Path) -> None:
    """D12, D13: whoever comes second finds the file done; a reader never sees half an import."""
    expected = new_home(tmp_path / "alone")
    import_inbox(expected)
    root = new_home(tmp_path / "home")
    ledgers.make_home(tmp_path / "template", DATA).close()
    (tmp_path / "template" / "ledger").rename(root / "ledger")
    home, ledger = Home(root), Ledger(root / "ledger")
    home.create()
    keys = look(home, ledger, AT_ONCE).keys
    other_order = random.Random(7).sample(keys, len(keys))

    context = children()
    ready, answers = context.Barrier(2), context.SimpleQueue()
    importers = [
        context.Process(target=import_at_once, args=(root, order, ready, answers))
        for order in (keys, other_order)
    ]
    for importer in importers:
        importer.start()
    seen = []
    while any(importer.is_alive() for importer in importers):
        seen.append(_read(ledger))
    for importer in importers:
        importer.join(60)
    answered: list[Answer] = [answers.get(), answers.get()]

    assert [importer.exitcode for importer in importers] == [0, 0]
    assert [failed for _, failed in answered] == [[], []]
    assert [sorted(name for name, _ in outcomes) for outcomes, _ in answered] == [sorted(FILES)] * 2
    assert _everything_once(ledger) == _everything_once(Ledger(expected / "ledger"))
    assert broken_invariants(ledger) == {}
    assert sorted(path.name for path in home.inbox.iterdir()) == []
    assert len(seen) > 1
    assert [look for look in seen if look[1] or look[0][0] != look[0][1] or look[0][2] != look[0][3]] == []
    assert [look[0] for look in seen] == sorted((look[0] for look in seen), key=lambda totals: totals[1])


def _read(ledger: Ledger) -> tuple[Row, dict[str, list[Row]]]:
    """What a reader sees: sums that belong together, and whatever breaks a rule."""
    with ledger.reading() as connection:
        (totals,) = connection.execute(_IMPORTS_AND_POSTINGS).fetchall()
        return tuple(number or 0 for number in totals), invariants_of(connection)


def _everything_once(ledger: Ledger) -> tuple[list[Row], list[object], dict[str, int]]:
    """Every movement with how often it stands there, what is left of every item, and the size of each table.

    Of two files with the same movements either may come first, so that ids and statuses may differ.
    """
    with ledger.reading() as connection:
        movements = connection.execute(_EVERY_MOVEMENT).fetchall()
        items = connection.execute(
            "SELECT open_item_key, settled_amount, status FROM ledger.open_item ORDER BY open_item_key"
        ).fetchall()
    tables = ("journal_entry", "posting", "settlement", "trace_line", "file_import")
    sizes = {name: len(rows) for name, rows in whole_ledger(ledger).items() if name in tables}
    return movements, items, sizes
