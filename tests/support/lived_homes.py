"""Homes with a past: files of every source and decisions of every kind, as a year of work leaves them.

What belongs here: the reference data of such a home and what happened in it. What does not: what is expected
of it (the tests).
"""

from __future__ import annotations

from typing import Final

from assets.invoices.deciding import PostingChoice
from samples import sales_files
from samples.invoice_files import archive
from samples.payments import leg, move, pay, trace
from tests.orchestration.test_deliveries import REFERENCE, STRANGER, xml
from tests.support import sales
from tests.support.answers import charge, charges
from tests.support.desks import Desk
from tests.support.ledgers import ReferenceData, account, company, open_item, reason

DAY: Final = "2026-10-20"
TRANSPORT: Final = PostingChoice("7106001", "22")
NEW_ACCOUNT: Final = account("1599999")

DATA: Final = REFERENCE.replace(
    companies=(
        {**company("ALBA"), "vat_number": "09990019995", "tax_code": "09990019995"},
        {**company("BREZZA"), "vat_number": "09990029994", "tax_code": "09990029994"},
    ),
    accounts=(
        *REFERENCE.accounts,
        *(
            account(code, company=owner)
            for owner in ("ALBA", "BREZZA")
            for code in ("7001001", "7001002", "4502001", "4502009", "7501001")
        ),
        account("1500001", "customer", counterparty="C001"),
    ),
    counterparties=(*REFERENCE.counterparties, sales.DATA.counterparties[0]),
    reasons=(
        *REFERENCE.reasons,
        *(reason(code) for code in ("ICLI", "SPEB", "FTVE")),
    ),
    sales_rules=sales.DATA.sales_rules[:1],
    items=(open_item("FV-1", "100.00"), open_item("FV-2", "40.00"), open_item("FV-3", "70.00")),
)
WITH_ACCOUNT: Final = DATA.replace(accounts=(*DATA.accounts, NEW_ACCOUNT))


def live(desk: Desk, data: ReferenceData = DATA) -> None:
    """Everything that a journal can say, most of it once."""
    desk.load_reference()
    desk.switch("ALBA")
    desk.take_trace("RITCOGE_1.txt", trace(pay("-60.00", "FV-1", "A"), pay("-25.00", "GONE", entry=2)))
    desk.take_invoices(
        {"IT01.xml": xml("1"), "IT02 (copia).xml": xml("2"), "IT03.xml": xml("3", supplier=STRANGER)}
    )
    desk.take_invoices({"IT04.zip": archive({"a.xml": xml("4"), "b.xml": b"<broken"})})
    desk.refuse(document(desk, "3"))
    settled = desk.correct("settle", items=["ALBA:FV-2"], account="1801001", date=DAY)
    desk.correct("undo", correction=settled)
    failed = trace(pay("-5.00", entry=11), move(leg("3.00", account="1599999"), entry=12))
    desk.take_trace("RITCOGE_2.txt", failed)
    desk.take_trace("RITCOGE_3.txt", b"not a trace\r\n")
    desk.dismiss(key_like(desk, "%RITCOGE_3%"))
    desk.write_reference(data.replace(accounts=(*data.accounts, NEW_ACCOUNT)))
    desk.rerun_trace(key_like(desk, "%RITCOGE_2%"))
    ((payment,),) = desk.ask(
        "SELECT entry_id || '/' || line_number FROM ledger.posting WHERE open_item_key = 'GONE'"
    )
    desk.correct("link", payment=payment, items=["ALBA:FV-3"])
    desk.take_sales(
        "fatture.csv",
        sales_files.csv_of(sales_files.row(), sales_files.row(document_number="2", vat_rate="21")),
    )
    desk.sync()
    desk.take_sales("altre.csv", sales_files.csv_of(sales_files.row(document_number="3")))
    desk.sync()
    desk.correct("delete-import", **{"import": "RITCOGE_2.txt"})
    desk.take_trace("RITCOGE_2.txt", failed)
    desk.change(document(desk, "1"), TRANSPORT)
    desk.take_trace("RITCOGE_4.txt", charges(2))
    again = desk.take_trace("RITCOGE_5.txt", charges(2, charge("9.00")))
    ((line,),) = desk.ask(
        "SELECT min(line_number) FROM ledger.finding "
        f"WHERE import_id = {again.import_id} AND finding_code = 'movement_may_be_repeated'"
    )
    answer = desk.correct("another-movement", movements=[f"{again.partition_key}:{line}"])
    desk.correct("undo", correction=answer)
    desk.correct("same-movement", movements=[f"{again.partition_key}:{line}"])


def document(desk: Desk, number: str) -> int:
    """The document with this number."""
    ((found,),) = desk.ask(f"SELECT document_id FROM ledger.document WHERE document_number = '{number}'")
    return int(found)


def key_like(desk: Desk, pattern: str) -> str:
    """The key of the import that reads so and stands."""
    ((key,),) = desk.ask(
        f"SELECT partition_key FROM ledger.file_import WHERE partition_key LIKE '{pattern}' "
        "AND status <> 'deleted'"
    )
    return str(key)
