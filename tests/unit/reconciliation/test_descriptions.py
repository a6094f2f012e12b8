"""The text of a posting: the file's own or a template (D22, D23, D24, D25), and reasons by text (D26)."""

from __future__ import annotations

from datetime import date

from samples.payments import leg, move, pay, trace
from tests.conftest import MakeHome
from tests.support.ledgers import (
    ReferenceData,
    account,
    found_field,
    import_bytes,
    open_item,
    postings,
    reason,
    reason_description,
    setting,
)

ITEM = open_item(
    "FV-1",
    "1000.00",
    document_number="FV/401",
    document_date="2026-08-05",
    description="Sales invoice FV/401",
)
REASONS = (reason("ICLI", "Customer collection"), reason("PFOR", "Supplier payment"))


def template(text: str, **changes: object) -> ReferenceData:
    """One item, and this note template for ALBA."""
    data = ReferenceData(
        items=(ITEM,), reasons=REASONS, settings=(setting("note_template", text, company="ALBA"),)
    )
    return data.replace(**changes)  # type: ignore[arg-type]


def descriptions(trial_home: MakeHome, data: ReferenceData, trace_data: bytes) -> list[object]:
    """The description of every posting."""
    home = trial_home(data)
    import_bytes(home, "RITCOGE.txt", trace_data)
    return [text for (text,) in postings(home, "description")]


LINKED = pay("-12.50", "FV-1", "A", entry=1, note="Acconto")
UNLINKED = pay("-7.00", "GONE", "A", entry=2, note="Senza partita")


def test_d22_without_a_template_the_description_is_the_text_of_the_file(trial_home: MakeHome) -> None:
    texts = [
        {"note": "Nota", "operation_description": "Operazione", "bank_note": "Banca"},
        {"operation_description": "Operazione", "bank_note": "Banca"},
        {"bank_note": "Banca"},
        {},
    ]
    data = trace(*(move(leg("-10.00", **fields), entry=entry) for entry, fields in enumerate(texts, start=1)))
    assert descriptions(trial_home, ReferenceData(), data)[1::2] == ["Nota", "Operazione", "Banca", None]


def test_d22_a_blank_template_of_a_company_stands_before_the_one_for_all(trial_home: MakeHome) -> None:
    settings = (setting("note_template", "X (1)"), setting("note_template", "", company="ALBA"))
    data = template("", settings=settings, items=(ITEM, open_item("FV-1", "1000.00", company="BREZZA")))
    both = trace(LINKED, pay("-12.50", "FV-1", "A", company="BREZZA", note="Acconto"))
    assert descriptions(trial_home, data, both) == [None, "Acconto", None, "X ICLI"]


def test_d23_a_template_with_the_files_text_holds_for_all_lines(trial_home: MakeHome) -> None:
    data = template("(2) FT.N. (DF) del (4) - (6)")
    assert descriptions(trial_home, data, trace(LINKED, UNLINKED)) == [
        "Customer collection FT.N. del - Banca Collina",
        "Customer collection FT.N. Acconto del 05/08/2026 - Officine Dorica",
        "Customer collection FT.N. del - Banca Collina",
        "Customer collection FT.N. Senza partita del - Officine Dorica",
    ]


def test_d24_a_template_without_the_files_text_holds_for_linked_lines_only(trial_home: MakeHome) -> None:
    assert descriptions(trial_home, template("FT. (3) del (4)"), trace(LINKED, UNLINKED)) == [
        None,
        "FT. FV/401 del 05/08/2026",
        None,
        "Senza partita",
    ]


def test_d25_each_code_is_replaced_by_its_value_and_none_is_left(trial_home: MakeHome) -> None:
    every = " ".join(f"{code}=({code})" for code in (*range(1, 12), "DF"))
    assert descriptions(trial_home, template(every), trace(LINKED))[1] == (
        "1=ICLI 2=Customer collection 3=FV/401 4=05/08/2026 5=1500001 6=Officine Dorica 7= "
        "8=FV/401-05/08/2026 9=Sales invoice FV/401 10=12.50 11=Cliente DF=Acconto"
    )


def test_d25_a_value_that_looks_like_a_code_is_not_replaced_again(trial_home: MakeHome) -> None:
    item = open_item(
        "FV-1", "1000.00", document_number="(1)", document_date="2026-08-05", description="(2) (DF) (10)"
    )
    data = template("(3) (9) (DF) (6)", items=(item,), accounts=(
        account("1801001", "bank"), account("1500001", "customer", name="(3) S.r.l.")
    ))  # fmt: skip
    payment = pay("-12.50", "FV-1", "A", note="(4) (DF)")
    assert descriptions(trial_home, data, trace(payment))[1] == "(1) (2) (DF) (10) (4) (DF) (3) S.r.l."


def test_d25_a_private_character_in_a_value_is_never_taken_for_a_code(trial_home: MakeHome) -> None:
    # U+E001 to U+E00C stand for the codes inside; a value that holds them must not bring one in.
    item = open_item("FV-1", "1000.00", document_number="A\ue00cB", description="C\ue005D")
    data = template("(3) (9)", items=(item,))
    payment = pay("-12.50", "FV-1", "A", note="Acconto")
    found = descriptions(trial_home, data, trace(payment))[1]
    assert isinstance(found, str)
    assert "Acconto" not in found
    assert "1500001" not in found


def test_d25_brackets_that_are_no_code_stay_and_a_code_may_stand_twice(trial_home: MakeHome) -> None:
    assert descriptions(trial_home, template("(saldo) (1)(1) ()"), trace(LINKED))[1] == "(saldo) ICLIICLI ()"


def test_d25_the_amount_is_in_the_currency_of_the_movement_without_its_sign(trial_home: MakeHome) -> None:
    items = (
        open_item("FV-1", "1000", currency="JPY", company_amount="6.00"),
        open_item("FV-2", "1000.00", currency="USD", company_amount="920.00"),
        open_item("FV-3", "1000.00", currency="TND", company_amount="300.00"),
        open_item("FA-1", "80.00", account="4000001", side="credit"),
    )
    data = trace(
        move(leg("-500", "FV-1", "A", company_amount="-3.00"), entry=1, currency="JPY"),
        move(leg("-12.50", "FV-2", "A", company_amount="-11.50"), entry=2, currency="USD"),
        move(leg("-12.5", "FV-3", "A", company_amount="-3.75"), entry=3, currency="TND"),
        pay("80.00", "FA-1", entry=4),
    )
    assert descriptions(trial_home, template("(10)", items=items), data)[1::2] == [
        "500",
        "12.50",
        "12.500",
        "80.00",
    ]


def test_d25_a_template_that_comes_to_nothing_leaves_the_text_of_the_file(trial_home: MakeHome) -> None:
    assert descriptions(trial_home, template("(7)"), trace(LINKED))[1] == "Acconto"


# --- D26: the reason by description -------------------------------------------------------------------------

BY_DESCRIPTION = ReferenceData(
    reasons=REASONS,
    reason_descriptions=(
        reason_description("BONIFICO", "PFOR"),
        reason_description("INCASSO", "ICLI"),
        reason_description("BONIFICO", "ICLI", company="ALBA"),
    ),
    settings=(setting("reason_by_description", "true"),),
)


def test_d26_the_description_is_mapped_to_the_reason_and_a_companys_own_mapping_comes_first(
    trial_home: MakeHome,
) -> None:
    home = trial_home(BY_DESCRIPTION)
    data = trace(
        pay("-1.00", entry=1, operation_description="BONIFICO", reason_code="XXXX"),
        pay("-1.00", entry=2, operation_description="INCASSO", reason_code="XXXX"),
        pay("-1.00", entry=1, operation_description="BONIFICO", reason_code="XXXX", company="BREZZA"),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert postings(home, "company_code", "reason_code") == [
        ("ALBA", "ICLI"),
        ("ALBA", "ICLI"),
        ("ALBA", "ICLI"),
        ("ALBA", "ICLI"),
        ("BREZZA", "PFOR"),
        ("BREZZA", "PFOR"),
    ]
    query = "SELECT accounting_reason_code FROM ledger.journal_entry ORDER BY entry_id"
    assert home.rows(query) == [("ICLI",), ("ICLI",), ("PFOR",)]


def test_d26_a_description_without_a_reason_keeps_the_movement_out(trial_home: MakeHome) -> None:
    home = trial_home(BY_DESCRIPTION)
    data = trace(
        pay("-1.00", entry=1, operation_description="bonifico"),
        pay("-1.00", entry=2, operation_description=""),
        pay("-1.00", entry=3, operation_description="INCASSO"),
    )
    assert import_bytes(home, "RITCOGE.txt", data).findings == [
        found_field(data, "unmapped_operation_description", line, "operation_description", raw)
        for line, raw in ((1, "bonifico"), (2, "bonifico"), (3, ""), (4, ""))
    ]
    assert len(postings(home, "account_code")) == 2


def test_d26_without_the_option_the_description_is_only_text(trial_home: MakeHome) -> None:
    home = trial_home(
        BY_DESCRIPTION.replace(settings=(setting("reason_by_description", "true", company="BREZZA"),))
    )
    data = trace(pay("-1.00", operation_description="BONIFICO", reason_code="PFOR"))
    assert import_bytes(home, "RITCOGE.txt", data).findings == []
    assert {code for (code,) in postings(home, "reason_code")} == {"PFOR"}


def test_d31_the_items_date_in_the_text_is_that_of_the_item_and_not_of_the_trace(
    trial_home: MakeHome,
) -> None:
    payment = pay("-12.50", "FV-1", "A", document_date=date(2020, 1, 1), document_number="WRONG")
    assert descriptions(trial_home, template("(3) (4)"), trace(payment))[1] == "FV/401 05/08/2026"
