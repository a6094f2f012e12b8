"""Signed files are read by what is in them, however people and portals spell their names (F13)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from samples.invoice_files import archive, in_pem, signed
from tests.orchestration.conftest import MakePipeline, Run
from tests.orchestration.test_deliveries import REFERENCE, documents, drop, kept
from tests.support.invoice_ledgers import switch
from tests.support.pipelines import Pipeline

CASE: Final = Path(__file__).parents[1] / "cases" / "documents" / "signed_from_the_tax_drawer.xml.pk7"
POSTINGS: Final = """
    SELECT account_code, CAST(debit_amount AS VARCHAR), CAST(credit_amount AS VARCHAR) FROM ledger.posting
    ORDER BY entry_id, line_number
"""
ITEMS: Final = """
    SELECT account_code, side, CAST(due_date AS VARCHAR), CAST(original_amount AS VARCHAR), status
    FROM ledger.open_item
"""


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home with the reference data of e-invoices, automatic registration on."""
    made = make_pipeline(REFERENCE)
    switch(made.ledger_home)
    return made


def test_f13_a_file_from_the_tax_drawer_is_registered_as_any_other(pipeline: Pipeline, run: Run) -> None:
    """By hand: 100.00 and 22 % VAT of B12/1, to be paid on 31 December."""
    drop(pipeline, CASE.name, CASE.read_bytes())
    (answer,) = json.loads(run("process", "--json").stdout)
    assert (answer["status"], answer["not_recognised"]) == ("all registered", [])
    assert documents(pipeline) == [(CASE.name, 1, "B12/1", "registered", None)]
    assert pipeline.ask(POSTINGS) == [
        ("7101001", "100.0000", "0.0000"),
        ("1502001", "22.0000", "0.0000"),
        ("4000001", "0.0000", "122.0000"),
    ]
    assert pipeline.ask(ITEMS) == [("4000001", "credit", "2026-12-31", "122.0000", "open")]
    assert kept(pipeline.home.failed_invoices) == kept(pipeline.home.invoice_inbox) == []


def test_f13_the_name_of_a_signed_file_does_not_matter(pipeline: Pipeline, run: Run) -> None:
    """One and the same document, dropped alone and in an archive, in one envelope and in three."""
    names = [
        "A.XML.PK7",
        "a.p7c",
        "a.p7s",
        "a.xml.p7m.p7m",
        "a",
        "IT09990149990_00001",
        "a.xml",
        "a.pdf",
        "a.txt",
    ]
    drop(pipeline, "IT09990149990_00002", CASE.read_bytes())
    drop(pipeline, "2026.zip", archive({name: in_pem(signed(CASE.read_bytes())) for name in names}))
    assert run("process").exit_code == 0
    assert [each[3] for each in documents(pipeline)] == ["registered", *["repeated"] * len(names)]
