"""The assets of purchase e-invoices, partitioned by delivery: documents, their registrations and postings."""

from __future__ import annotations

from typing import Final

import dagster as dg

from assets.ledger.assets import POSTING_COLUMNS

_DOCUMENT_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("document_id", "bigint", "the document, for ever"),
        dg.TableColumn(
            "source_file", "varchar", "the delivered file; a member of an archive stands behind its name"
        ),
        dg.TableColumn("position", "integer", "place in the file, from 1 (a lotto holds several)"),
        dg.TableColumn("document_type", "varchar", "TD01 to TD28, or as the format names it"),
        dg.TableColumn("document_number", "varchar", "the supplier's number"),
        dg.TableColumn("document_date", "date", "the supplier's date"),
        dg.TableColumn("received_at", "timestamp", "when it was delivered (UTC)"),
        dg.TableColumn("supplier_vat_number", "varchar", "without the country"),
        dg.TableColumn("currency_code", "varchar", "currency of the amounts"),
        dg.TableColumn("total_amount", "decimal(18,4)", "as it stands in the document; may be missing"),
    ]
)

_RECOGNISED_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("document_id", "bigint", "the document"),
        dg.TableColumn("status", "varchar", "to_register, registered, refused, handled or repeated"),
        dg.TableColumn("company_code", "varchar", "the company to which it is addressed"),
        dg.TableColumn("counterparty_code", "varchar", "the supplier"),
        dg.TableColumn("payable_amount", "decimal(18,4)", "what is to be paid; negative for a credit note"),
        dg.TableColumn("total_convention", "varchar", "how the total follows from base and VAT"),
        dg.TableColumn("reason_codes", "varchar", "why it is not recognised (R01 to R18)"),
    ]
)

_REGISTRATION_COLUMNS: Final = dg.TableSchema(
    [
        dg.TableColumn("registration_id", "bigint", "the registration"),
        dg.TableColumn("registration_key", "varchar", "company, supplier, number, year: taken once"),
        dg.TableColumn("document_id", "bigint", "the document"),
        dg.TableColumn("entry_id", "bigint", "its journal entry"),
        dg.TableColumn("accounting_date", "date", "by document or by reception, as the settings say"),
        dg.TableColumn("registered_by", "varchar", "automatic, choice or manual"),
        dg.TableColumn("evidence", "varchar", "how company, supplier, account and amounts were recognised"),
    ]
)

SPECS: Final = (
    dg.AssetSpec(
        "delivered_documents",
        deps=["invoice_inbox"],
        group_name="invoices",
        skippable=True,
        kinds={"python", "xml"},
        owners=["team:payables"],
        metadata={"dagster/column_schema": _DOCUMENT_COLUMNS},
        description=(
            "The documents of a delivery, read from FatturaPA, UBL, CII, in whatever envelope or archive.\n\n"
            "Grain: one document; table `document`. Idempotent: a file is known by its content. "
            "Attachments are "
            "listed and never loaded."
        ),
    ),
    dg.AssetSpec(
        "validated_documents",
        deps=["delivered_documents"],
        group_name="invoices",
        skippable=True,
        kinds={"pandera", "arrow"},
        owners=["team:payables"],
        metadata={"dagster/column_schema": _DOCUMENT_COLUMNS},
        description=(
            "The documents whose fields are what they must be and whose amounts agree under a named "
            "convention.\n\n"
            "Grain: one document. Nothing is guessed: what no convention explains is a finding (R09, R12)."
        ),
    ),
    dg.AssetSpec(
        "recognised_documents",
        deps=["validated_documents", "reference_data"],
        group_name="invoices",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:payables"],
        metadata={"dagster/column_schema": _RECOGNISED_COLUMNS},
        description=(
            "The documents with their company, supplier, posting rule and VAT codes, each with its "
            "evidence.\n\n"
            "Grain: one document; table `document`. What is not recognised stays to register with a reason "
            "(R01 to R18)."
        ),
    ),
    dg.AssetSpec(
        "document_registrations",
        deps=["recognised_documents"],
        group_name="invoices",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:payables"],
        metadata={"dagster/column_schema": _REGISTRATION_COLUMNS},
        description=(
            "The documents that stand in the ledger, with who or what registered them and on which "
            "evidence.\n\n"
            "Grain: one registration; tables `registration` and `registration_part`. Idempotent: "
            "supplier, number "
            "and year are taken once."
        ),
    ),
    dg.AssetSpec(
        "invoice_postings",
        deps=["document_registrations"],
        group_name="invoices",
        skippable=True,
        kinds={"sql", "duckdb"},
        owners=["team:finance"],
        metadata={"dagster/column_schema": POSTING_COLUMNS},
        description=(
            "Journal entries, postings and open items of registered documents.\n\n"
            "Grain: one debit or credit; tables `journal_entry`, `posting` and `open_item`, one item an "
            "instalment."
        ),
    ),
)
