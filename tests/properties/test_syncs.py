"""Whatever happens between us and a program: after one sync without trouble every invoice is there once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.ledger.store import Ledger
from assets.sync.outbox import Journals, Outbox, Selection
from assets.sync.syncing import sync_with_program
from tests.support.effort import examples
from tests.support.ledgers import fresh_ledger
from tests.support.sales_program import DiedError, Program, outbox_rows, sold

FAULTS: Final = st.sampled_from([None, None, "refuse", "stop", "lose", "late", "die before", "die after"])
Round = tuple[int, list[str | None], bool]
ROUNDS: Final = st.lists(
    st.tuples(st.integers(0, 3), st.lists(FAULTS, max_size=4), st.booleans()), min_size=1, max_size=4
)


def synced(ledger: Ledger, program: Program) -> None:
    workbench = ledger.workbench()
    try:
        outbox = Outbox(ledger, workbench, "ALBA", "tryton", "run", Journals("VEN", "NCV"))
        sync_with_program(outbox, Selection(), lambda: program, 90, lambda seconds: program.arrive())
    except DiedError:
        # A process that died takes nothing along but its memory.
        pass
    finally:
        workbench.close()


@settings(max_examples=examples(4, 300))
@given(rounds=ROUNDS, batch_size=st.integers(1, 3))
def test_t08_after_any_trouble_one_good_sync_brings_every_invoice_there_once(
    ledger_templates: dict[str, Path], rounds: list[Round], batch_size: int
) -> None:
    """Rounds of new invoices, a sync with these faults, and whether what is late arrives after it."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = fresh_ledger(Path(folder), ledger_templates)
        program = Program(batch_size=batch_size, settle_seconds=30)
        references: list[str] = []
        for new, faults, arrives in rounds:
            references += sold(ledger, *range(len(references), len(references) + new))
            program.faults = list(faults)
            synced(ledger, program)
            # `numbers` fails if anything stands there twice.
            assert set(program.numbers()) <= set(references)
            if arrives:
                program.arrive()
        program.faults = []
        synced(ledger, program)
        assert sorted(program.numbers()) == sorted(references)
        by_document = {f"FT {int(reference[-8:])}": number for reference, number in program.numbers().items()}
        assert {str(row[0]): row[1:4] for row in outbox_rows(ledger)} == {
            document: ("booked", number, None) for document, number in by_document.items()
        }
