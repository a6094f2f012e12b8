"""Homes with small reference data, files imported into them, and the whole ledger as lists to compare.

What belongs here: what a test needs around the one thing that it is about. What does not: expectations.
Nothing is read through the product's reports, so that a mistake there cannot hide one in the ledger; but for
candidates, which are kept nowhere.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import duckdb

from assets.detection.inbox import identify
from assets.findings import Finding, finding_code, in_words
from assets.ledger import asking
from assets.ledger.imports import Attempt, ImportOutcome
from assets.ledger.store import Ledger, utc_now
from assets.reference.load import ReferenceState, bring_into_force
from assets.reports import lists
from assets.traces.posting import post_trace
from assets.traces.prepare import SourceFile, prepare_trace
from samples.trace_files import layout_field

Row = Mapping[str, str]

# --- Reference data -----------------------------------------------------------------------------------------

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "companies.csv": (
        "company_code",
        "company_name",
        "currency_code",
        "country_code",
        "vat_number",
        "tax_code",
    ),
    "chart_of_accounts.csv": (
        "company_code",
        "account_code",
        "account_name",
        "account_second_name",
        "account_kind",
        "counterparty_code",
        "is_active",
    ),
    "accounting_reasons.csv": ("company_code", "accounting_reason_code", "accounting_reason_name"),
    "reason_descriptions.csv": ("company_code", "operation_description", "accounting_reason_code"),
    "counterparties.csv": (
        "counterparty_code",
        "counterparty_name",
        "counterparty_kind",
        "country_code",
        "vat_number",
        "tax_code",
        "iban",
    ),
    "accounting_periods.csv": ("company_code", "period_code", "start_date", "end_date", "period_status"),
    "opening_open_items.csv": (
        "company_code",
        "account_code",
        "open_item_key",
        "document_number",
        "document_date",
        "due_date",
        "currency_code",
        "side",
        "original_amount",
        "original_amount_company_currency",
        "description",
    ),
    "settings.csv": ("company_code", "setting_name", "setting_value"),
}
"""The columns of each file as docs/reference-data.md promises them; not taken from the product."""

OPTIONAL_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "vat_codes.csv": (
        "company_code",
        "vat_code",
        "vat_code_name",
        "vat_rate",
        "vat_nature",
        "exigibility",
        "treatment",
        "deductible_pct",
        "vat_account_code",
        "second_account_code",
    ),
    "invoice_rules.csv": (
        "rule_code",
        "company_code",
        "counterparty_code",
        "document_type",
        "line_text",
        "account_code",
        "vat_code",
    ),
    "sales_rules.csv": (
        "rule_code",
        "company_code",
        "counterparty_code",
        "line_text",
        "vat_rate",
        "vat_nature",
        "account_code",
        "vat_code",
        "vat_account_code",
    ),
    "withholding_accounts.csv": ("company_code", "withholding_type", "account_code"),
    "welfare_funds.csv": ("company_code", "fund_type", "account_code", "is_withheld"),
    "supplier_terms.csv": ("counterparty_code", "payment_days", "is_end_of_month", "uses_memory"),
    "exchange_rates.csv": ("currency_code", "rate_date", "exchange_rate", "company_currency_code"),
    "posting_rules.csv": (
        "company_code",
        "accounting_reason_code",
        "posting_rule",
        "account_code",
        "due_days",
    ),
    "item_withholding.csv": ("company_code", "open_item_key", "withholding_amount", "account_code"),
    "item_deferred_vat.csv": (
        "company_code",
        "open_item_key",
        "deferred_amount",
        "deferred_account_code",
        "vat_account_code",
    ),
    "treasury_accounts.csv": (
        "company_code",
        "account_code",
        "payment_type",
        "cash_flow_item",
        "rating",
        "delay_days",
        "nickname",
        "address",
        "postcode",
        "city",
        "province",
    ),
    "counterparty_identifiers.csv": (
        "counterparty_code",
        "scheme_code",
        "identifier",
        "valid_from",
        "valid_to",
    ),
}
"""The columns of the files that a home without e-invoices, special cases and exports need not have."""


def company(code: str, currency: str = "EUR") -> Row:
    """A row of companies.csv."""
    return {
        "company_code": code,
        "company_name": f"Company {code}",
        "currency_code": currency,
        "country_code": "IT",
    }


def account(
    code: str,
    kind: str = "other",
    *,
    company: str = "ALBA",
    name: str = "",
    second_name: str = "",
    counterparty: str = "",
    is_active: bool = True,
) -> Row:
    """A row of chart_of_accounts.csv."""
    return {
        "company_code": company,
        "account_code": code,
        "account_name": name or f"Account {code}",
        "account_second_name": second_name,
        "account_kind": kind,
        "counterparty_code": counterparty,
        "is_active": "true" if is_active else "false",
    }


def reason(code: str, name: str = "", *, company: str = "") -> Row:
    """A row of accounting_reasons.csv."""
    return {
        "company_code": company,
        "accounting_reason_code": code,
        "accounting_reason_name": name or f"Reason {code}",
    }


def reason_description(description: str, code: str, *, company: str = "") -> Row:
    """A row of reason_descriptions.csv."""
    return {
        "company_code": company,
        "operation_description": description,
        "accounting_reason_code": code,
    }


def counterparty(code: str, kind: str = "both") -> Row:
    """A row of counterparties.csv."""
    return {
        "counterparty_code": code,
        "counterparty_name": f"Counterparty {code}",
        "counterparty_kind": kind,
        "country_code": "IT",
    }


def period(code: str, start: str, end: str, status: str = "open", *, company: str = "ALBA") -> Row:
    """A row of accounting_periods.csv."""
    return {
        "company_code": company,
        "period_code": code,
        "start_date": start,
        "end_date": end,
        "period_status": status,
    }


def open_item(
    key: str,
    amount: str,
    *,
    account: str = "1500001",
    side: str = "debit",
    company: str = "ALBA",
    currency: str = "EUR",
    company_amount: str | None = None,
    document_number: str = "",
    document_date: str = "",
    due_date: str = "",
    description: str = "",
) -> Row:
    """A row of opening_open_items.csv: an item to collect from the first customer unless told otherwise."""
    return {
        "company_code": company,
        "account_code": account,
        "open_item_key": key,
        "document_number": document_number,
        "document_date": document_date,
        "due_date": due_date,
        "currency_code": currency,
        "side": side,
        "original_amount": amount,
        "original_amount_company_currency": company_amount or amount,
        "description": description,
    }


def setting(name: str, value: str, *, company: str = "") -> Row:
    """A row of settings.csv."""
    return {"company_code": company, "setting_name": name, "setting_value": value}


def vat_code(
    code: str,
    rate: str = "22",
    treatment: str = "normal",
    *,
    company: str = "",
    nature: str = "",
    exigibility: str = "",
    deductible_pct: str = "100",
    account: str = "7501001",
    second_account: str = "",
) -> Row:
    """A row of vat_codes.csv; the account is one that both companies of the default data have."""
    return {
        "company_code": company,
        "vat_code": code,
        "vat_code_name": f"VAT {code}",
        "vat_rate": rate,
        "vat_nature": nature,
        "exigibility": exigibility,
        "treatment": treatment,
        "deductible_pct": deductible_pct,
        "vat_account_code": account,
        "second_account_code": second_account,
    }


def invoice_rule(
    code: str,
    account: str = "7501001",
    *,
    company: str = "",
    counterparty: str = "",
    document_type: str = "",
    line_text: str = "",
    vat_code: str = "",
) -> Row:
    """A row of invoice_rules.csv: whatever is not given does not restrict it."""
    return {
        "rule_code": code,
        "company_code": company,
        "counterparty_code": counterparty,
        "document_type": document_type,
        "line_text": line_text,
        "account_code": account,
        "vat_code": vat_code,
    }


def identifier(code: str, scheme: str, number: str, valid_from: str = "", valid_to: str = "") -> Row:
    """A row of counterparty_identifiers.csv."""
    return {
        "counterparty_code": code,
        "scheme_code": scheme,
        "identifier": number,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def sales_rule(
    code: str,
    account: str = "7001001",
    vat_code: str = "22",
    vat_account: str = "4502001",
    *,
    company: str = "",
    counterparty: str = "",
    line_text: str = "",
    vat_rate: str = "",
    vat_nature: str = "",
) -> Row:
    """A row of sales_rules.csv: whatever is not given does not restrict it."""
    return {
        "rule_code": code,
        "company_code": company,
        "counterparty_code": counterparty,
        "line_text": line_text,
        "vat_rate": vat_rate,
        "vat_nature": vat_nature,
        "account_code": account,
        "vat_code": vat_code,
        "vat_account_code": vat_account,
    }


def withholding_account(withholding_type: str, account: str = "7501001", *, company: str = "") -> Row:
    """A row of withholding_accounts.csv."""
    return {"company_code": company, "withholding_type": withholding_type, "account_code": account}


def welfare_fund(fund_type: str, account: str = "", *, company: str = "", is_withheld: bool = False) -> Row:
    """A row of welfare_funds.csv: booked with the cost unless an account is given."""
    return {
        "company_code": company,
        "fund_type": fund_type,
        "account_code": account,
        "is_withheld": "true" if is_withheld else "false",
    }


def supplier_term(
    counterparty: str, days: str = "30", *, is_end_of_month: bool = False, uses_memory: bool = True
) -> Row:
    """A row of supplier_terms.csv."""
    return {
        "counterparty_code": counterparty,
        "payment_days": days,
        "is_end_of_month": "true" if is_end_of_month else "false",
        "uses_memory": "true" if uses_memory else "false",
    }


def exchange_rate(currency: str, day: str, rate: str, *, company_currency: str = "EUR") -> Row:
    """A row of exchange_rates.csv: so many units of the currency for one unit of the company's."""
    return {
        "currency_code": currency,
        "rate_date": day,
        "exchange_rate": rate,
        "company_currency_code": company_currency,
    }


def posting_rule(
    reason_code: str, rule: str, *, company: str = "", account: str = "", due_days: str = ""
) -> Row:
    """A row of posting_rules.csv."""
    return {
        "company_code": company,
        "accounting_reason_code": reason_code,
        "posting_rule": rule,
        "account_code": account,
        "due_days": due_days,
    }


def item_withholding(key: str, amount: str, account: str = "7501001", *, company: str = "ALBA") -> Row:
    """A row of item_withholding.csv."""
    return {
        "company_code": company,
        "open_item_key": key,
        "withholding_amount": amount,
        "account_code": account,
    }


def item_deferred_vat(key: str, amount: str, deferred: str, vat: str, *, company: str = "ALBA") -> Row:
    """A row of item_deferred_vat.csv."""
    return {
        "company_code": company,
        "open_item_key": key,
        "deferred_amount": amount,
        "deferred_account_code": deferred,
        "vat_account_code": vat,
    }


def treasury_account(code: str, *, company: str = "ALBA", **columns: str) -> Row:
    """A row of treasury_accounts.csv: blank but for its key and what is given."""
    return {"company_code": company, "account_code": code, **columns}


_ACCOUNTS: Final = (
    account("1801001", "bank", name="Banca Collina"),
    account("1801002", "bank", name="Cassa Valle"),
    account("1801009", "bank", name="Banco Vecchio", is_active=False),
    account("1809001", "transit", name="Payment orders in transit"),
    account("1500001", "customer", name="Officine Dorica", second_name="Cliente", counterparty="C001"),
    account("1500002", "customer", name="Carpenteria Lupinella", second_name="Cliente", counterparty="C002"),
    account("1500011", "customer", name="Officine Dorica, disputed", counterparty="C001"),
    account("4000001", "supplier", name="Acciai Montevuoto", second_name="Fornitore", counterparty="S001"),
    account("4000002", "supplier", name="Trasporti Rondinella", counterparty="S002"),
    account("7501001", name="Bank charges"),
    account("7503001", name="Exchange losses"),
    account("1601001", name="Current account with Brezzavana"),
    account("1801001", "bank", company="BREZZA", name="Credito Laguna"),
    account("1500001", "customer", company="BREZZA", name="Tessitura Vendramella", counterparty="C003"),
    account("1500101", "customer", company="BREZZA", name="Confezioni Astrolina", counterparty="C004"),
    account("7501001", company="BREZZA", name="Bank charges"),
)


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """The rows of all reference files: two companies, September 2026 closed, October open, no items.

    The optional files are there if they have rows.
    """

    companies: Sequence[Row] = (company("ALBA"), company("BREZZA"))
    accounts: Sequence[Row] = _ACCOUNTS
    reasons: Sequence[Row] = (
        reason("ICLI", "Customer collection"),
        reason("PFOR", "Supplier payment"),
        reason("SPEB", "Bank charges"),
    )
    reason_descriptions: Sequence[Row] = ()
    counterparties: Sequence[Row] = tuple(
        counterparty(code) for code in ("C001", "C002", "C003", "C004", "S001", "S002")
    )
    periods: Sequence[Row] = tuple(
        period(code, start, end, status, company=company_code)
        for company_code in ("ALBA", "BREZZA")
        for code, start, end, status in (
            ("2026-09", "2026-09-01", "2026-09-30", "closed"),
            ("2026-10", "2026-10-01", "2026-10-31", "open"),
        )
    )
    items: Sequence[Row] = ()
    settings: Sequence[Row] = ()
    vat_codes: Sequence[Row] = ()
    invoice_rules: Sequence[Row] = ()
    sales_rules: Sequence[Row] = ()
    withholding_accounts: Sequence[Row] = ()
    welfare_funds: Sequence[Row] = ()
    supplier_terms: Sequence[Row] = ()
    exchange_rates: Sequence[Row] = ()
    posting_rules: Sequence[Row] = ()
    item_withholdings: Sequence[Row] = ()
    item_deferred_vats: Sequence[Row] = ()
    treasury_accounts: Sequence[Row] = ()
    counterparty_identifiers: Sequence[Row] = ()

    def replace(self, **changes: Sequence[Row]) -> ReferenceData:
        """The same data with other rows in the files named."""
        return dataclasses.replace(self, **changes)

    def files(self) -> dict[str, bytes]:
        """The files by name: eight, and the optional ones that have rows."""
        rows = (
            self.companies,
            self.accounts,
            self.reasons,
            self.reason_descriptions,
            self.counterparties,
            self.periods,
            self.items,
            self.settings,
        )
        optional = (
            self.vat_codes,
            self.invoice_rules,
            self.sales_rules,
            self.withholding_accounts,
            self.welfare_funds,
            self.supplier_terms,
            self.exchange_rates,
            self.posting_rules,
            self.item_withholdings,
            self.item_deferred_vats,
            self.treasury_accounts,
            self.counterparty_identifiers,
        )
        return {
            name: csv_bytes(columns, of_file)
            for (name, columns), of_file in zip(COLUMNS.items(), rows, strict=True)
        } | {
            name: csv_bytes(columns, of_file)
            for (name, columns), of_file in zip(OPTIONAL_COLUMNS.items(), optional, strict=True)
            if of_file
        }

    @property
    def digest(self) -> str:
        """What tells these data from others."""
        return hashlib.sha256(b"\0".join(self.files().values())).hexdigest()


def csv_bytes(columns: Sequence[str], rows: Iterable[Row], *, separator: str = ",") -> bytes:
    """A CSV file with these columns; what a row does not name is left blank."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files by name into the folder, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """As `write_files`; files of other names are removed from the folder."""
    write_files(folder, files)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()


# --- Homes and imports --------------------------------------------------------------------------------------


class Found(NamedTuple):
    """A finding as a test states it: what, where, and the evidence."""

    finding_code: str
    line_number: int | None = None
    byte_start: int | None = None
    byte_end: int | None = None
    field: str | None = None
    raw_value: str | None = None


def as_found(findings: Iterable[Finding]) -> list[Found]:
    """The product's findings in their order, without the texts that the code implies."""
    return [
        Found(f.finding_code, f.line_number, f.byte_start, f.byte_end, f.field, f.raw_value) for f in findings
    ]


class Imported(NamedTuple):
    """What an import came to: its outcome, and the findings that its attempt left in the ledger, in order."""

    outcome: ImportOutcome
    findings: list[Found]

    @property
    def codes(self) -> list[tuple[str, int | None]]:
        """Code and line of each finding."""
        return [(found.finding_code, found.line_number) for found in self.findings]


@dataclass(slots=True)
class LedgerHome:
    """A home folder with its ledger, and a workbench on which its reference data stand."""

    root: Path
    ledger: Ledger
    workbench: duckdb.DuckDBPyConnection
    reference: ReferenceState

    @property
    def is_in_trial(self) -> bool:
        """Whether a transaction of the ledger is open on the workbench."""
        query = "SELECT count(*) FROM duckdb_databases() WHERE database_name = 'ledger'"
        return self.workbench.execute(query).fetchall() == [(1,)]

    def load_reference(self, data: ReferenceData | None = None) -> ReferenceState:
        """Writes the files (if given) and brings them into force, as each run does at its start."""
        if data is not None:
            replace_files(self.root / "reference", data.files())
        with self.transaction():
            self.reference = bring_into_force(self.workbench, self.root / "reference", utc_now())
        return self.reference

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows of a query of the ledger, what is said in words; within a trial, as the trial sees it."""
        if self.is_in_trial:
            return spoken(self.workbench.execute(query, list(parameters)).fetchall())
        with self.ledger.reading(self.workbench) as connection:
            return spoken(connection.execute(query, list(parameters)).fetchall())

    def close(self) -> None:
        """Lets the workbench go."""
        self.workbench.close()

    @contextmanager
    def trial(self) -> Iterator[None]:
        """A transaction of the ledger that is undone at its end, so that the next starts as it did.

        Imports within it are faster, since nothing is written to the disk, and see each other's work.
        """
        reference = self.reference
        files = {path.name: path.read_bytes() for path in (self.root / "reference").iterdir()}
        try:
            with self.ledger.transaction(self.workbench, "test"):
                yield
                raise _UndoneError
        except _UndoneError:
            pass
        finally:
            self.reference = reference
            replace_files(self.root / "reference", files)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of its own, or the trial's."""
        if self.is_in_trial:
            yield
        else:
            with self.ledger.transaction(self.workbench, "test"):
                yield


class _UndoneError(Exception):
    """Rolls a trial back."""


Prepare = Callable[[LedgerHome], object]
"""What happens in a home before its tests begin. It is a function of a module, known by its name."""


def make_home(
    root: Path, data: ReferenceData, templates: dict[str, Path] | None = None, prepare: Prepare | None = None
) -> LedgerHome:
    """A home below `root` with these reference data in force, in which `prepare` happened. Close it then.

    `templates` remembers homes by their reference data and by what happened in them: validating the same
    files for every test, and registering the same documents, would take most of the time.
    """
    templates = {} if templates is None else templates
    key = data.digest if prepare is None else f"{data.digest} {prepare.__module__}.{prepare.__qualname__}"
    if key in templates:
        shutil.copytree(templates[key], root, dirs_exist_ok=True)
        ledger = Ledger(root / "ledger")
        workbench = ledger.workbench()
        return LedgerHome(root, ledger, workbench, _in_force(ledger, workbench, root))
    if prepare is not None:
        home = make_home(root, data, templates)
        prepare(home)
        _remember(templates, key, root)
        return home
    ledger = fresh_ledger(root, templates)
    workbench = ledger.workbench()
    write_files(root / "reference", data.files())
    (root / "inbox").mkdir()
    state = _in_force(ledger, workbench, root)
    assert state.findings == (), "the reference data of a test are right unless it is about them"
    _remember(templates, key, root)
    return LedgerHome(root, ledger, workbench, state)


def fresh_ledger(root: Path, templates: dict[str, Path]) -> Ledger:
    """A ledger below `root` with its tables and nothing in them: to make them takes as long as an import."""
    ledger = Ledger(root / "ledger")
    if "" in templates:
        shutil.copytree(templates[""], root, dirs_exist_ok=True)
        return ledger
    with ledger.writing("make the tables"):
        pass
    _remember(templates, "", root)
    return ledger


def _in_force(ledger: Ledger, workbench: duckdb.DuckDBPyConnection, root: Path) -> ReferenceState:
    with ledger.transaction(workbench, "test"):
        return bring_into_force(workbench, root / "reference", utc_now())


def _remember(templates: dict[str, Path], key: str, root: Path) -> None:
    """Copies a home, to begin others with: all lie beside the first, which outlives the test that made it."""
    folder = templates[""].parent if templates else root.parent
    templates[key] = shutil.copytree(root, folder / f"{root.name}-template-{len(templates)}")


def import_bytes(home: LedgerHome, name: str, data: bytes) -> Imported:
    """Drops a file with this name and content and imports it, in a transaction of its own or in the trial."""
    path = home.root / "inbox" / name
    path.write_bytes(data)
    waiting = identify(path)
    assert waiting is not None, "the file was written just now"
    source = SourceFile(path, waiting.partition_key, name)
    prepared = prepare_trace(home.workbench, source, waiting.content_sha256)
    with home.transaction():
        attempt = Attempt("test", home.reference.version, utc_now())
        outcome = post_trace(home.workbench, prepared, attempt)
        return Imported(outcome, kept_findings(home.workbench, outcome) if outcome.is_attempted else [])


def kept_findings(connection: duckdb.DuckDBPyConnection, outcome: ImportOutcome) -> list[Found]:
    """The findings of the last attempt of an import, in their order."""
    rows = connection.execute(
        """
        SELECT finding.finding_code, finding.line_number, finding.byte_start, finding.byte_end, finding.field,
               finding.raw_value
        FROM ledger.finding AS finding
        JOIN ledger.file_import AS import USING (import_id, attempt)
        WHERE import_id = ?
        ORDER BY finding.ordinal
        """,
        [outcome.import_id],
    ).fetchall()
    return [Found(*row) for row in rows]


def expectations(home: LedgerHome) -> list[tuple[str, str]]:
    """Code and expectation of every open finding, in the order of imports and findings."""
    query = """
        SELECT finding_code, expected FROM ledger.finding WHERE resolution IS NULL
        ORDER BY import_id, attempt, ordinal
    """
    return [
        (str(code), in_words(cast("str | None", expected), finding_code(str(code)).expected))
        for code, expected in home.rows(query)
    ]


def shortened(raw: str) -> str:
    """A long raw value as the ledger keeps it."""
    return raw if len(raw) <= 200 else f"{raw[:200]}… ({len(raw)} characters)"


def line_span(data: bytes, line_number: int) -> tuple[int, int]:
    """First byte and byte after the last of a line, without its line end."""
    lines = data.split(b"\n")
    start = sum(len(line) + 1 for line in lines[: line_number - 1])
    return start, start + len(lines[line_number - 1].removesuffix(b"\r"))


def found_line(data: bytes, code: str, line_number: int, raw: str | None = None) -> Found:
    """A finding about a whole line of a cp1252 file; its raw value is the line unless another is given."""
    start, end = line_span(data, line_number)
    text = data[start:end].decode("cp1252") if raw is None else raw
    return Found(code, line_number, start, end, None, shortened(text))


def found_field(data: bytes, code: str, line_number: int, field: str, raw: str) -> Found:
    """A finding about a field of a cp1252 file, whose bytes are the positions of the layout."""
    start, end = line_span(data, line_number)
    place = layout_field(field)
    return Found(
        code, line_number, min(start + place.start, end), min(start + place.end, end), field, shortened(raw)
    )


# --- The whole ledger ---------------------------------------------------------------------------------------


class Posting(NamedTuple):
    """One debit or credit. Amounts are texts with as many decimals as they need, two at least."""

    company_code: str
    posting_date: str
    movement_key: str
    line_number: int
    account_code: str
    reason_code: str
    debit: str
    credit: str
    company_currency: str
    currency: str
    currency_amount: str
    description: str | None
    open_item_key: str | None
    settlement_flag: str | None
    is_linked: bool
    linked: str
    unlinked_reason: str | None


class Item(NamedTuple):
    """One open item; the residual is the original amount less the settlements that stand, added up here."""

    company_code: str
    open_item_key: str
    account_code: str
    side: str
    currency: str
    original: str
    settled: str
    residual: str
    settled_company: str
    status: str


class Settled(NamedTuple):
    """One settlement, seen from the posting and from the item."""

    company_code: str
    open_item_key: str
    movement_key: str
    line_number: int
    settlement_date: str
    settlement_flag: str | None
    amount: str
    company_amount: str


class Candidate(NamedTuple):
    """One item proposed for one unlinked posting."""

    movement_key: str
    line_number: int
    rank: int
    open_item_key: str
    score: int
    explanation: str


class LedgerState(NamedTuple):
    """Everything that an import may change, each list in a total order, without ids and times; and the
    candidates that would be shown.
    """

    postings: list[Posting]
    items: list[Item]
    settlements: list[Settled]
    candidates: list[Candidate]
    findings: list[tuple[str, Found]]


def spoken(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows with what is said (`assets.findings.said`) in words."""
    return [tuple(in_words(each, "") if isinstance(each, str) else each for each in row) for row in rows]


def ledger_state(home: LedgerHome) -> LedgerState:
    """The whole ledger as it stands; within a trial, as the trial sees it."""

    def rows(query: str) -> list[tuple[object, ...]]:
        # Sorted here and not in SQL: the order is then the same for every column type and version.
        found = [tuple(_plain(value) for value in row) for row in home.rows(query)]
        return sorted(found, key=lambda row: [(value is not None, str(value)) for value in row])

    return LedgerState(
        [Posting(*row) for row in rows(_POSTINGS)],  # type: ignore[arg-type]
        [Item(*row) for row in rows(_ITEMS)],  # type: ignore[arg-type]
        [Settled(*row) for row in rows(_SETTLEMENTS)],  # type: ignore[arg-type]
        _candidates(home),
        [(str(name), Found(*found)) for name, *found in rows(_FINDINGS)],  # type: ignore[arg-type]
    )


def _candidates(home: LedgerHome) -> list[Candidate]:
    """What is proposed for the unlinked payments, by movement, line and rank."""
    keys = dict(home.rows("SELECT entry_id, movement_key FROM ledger.journal_entry"))
    if home.is_in_trial:
        payments = list(lists.unlinked(home.workbench))
    else:
        with home.ledger.reading() as connection:
            payments = list(lists.unlinked(connection))
    found = [
        Candidate(
            str(keys[payment["entry_id"]]),
            int(str(payment["line_number"])),
            int(str(row["candidate_rank"])),
            str(row["open_item_key"]),
            int(str(row["score"])),
            str(row["explanation"]),
        )
        for payment in payments
        for row in cast("list[asking.Row]", payment["candidates"])
    ]
    return sorted(found)


def postings(home: LedgerHome, *columns: str) -> list[tuple[object, ...]]:
    """The named columns of every posting, in the order of `Posting`."""
    return _columns(ledger_state(home).postings, columns)


def items(home: LedgerHome, *columns: str) -> list[tuple[object, ...]]:
    """The named columns of every open item, in the order of `Item`."""
    return _columns(ledger_state(home).items, columns)


def _columns(rows: Iterable[NamedTuple], columns: Sequence[str]) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, column) for column in columns) for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return amount_text(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def amount_text(amount: Decimal) -> str:
    """The exact amount with four decimals of which up to two zeros are left out: 1250.00, 0.125."""
    text = f"{amount:.4f}"
    assert Decimal(text) == amount, "the ledger has four decimals"
    return text.removesuffix("0").removesuffix("0")


_POSTINGS: Final = """
    SELECT posting.company_code, posting.posting_date, entry.movement_key, posting.line_number,
           posting.account_code, posting.accounting_reason_code, posting.debit_amount, posting.credit_amount,
           posting.company_currency_code, posting.currency_code, posting.currency_amount, posting.description,
           posting.open_item_key, posting.settlement_flag, posting.is_linked, posting.linked_amount,
           posting.unlinked_reason
    FROM ledger.posting AS posting
    JOIN ledger.journal_entry AS entry USING (entry_id)
"""
_ITEMS: Final = """
    SELECT item.company_code, item.open_item_key, item.account_code, item.side, item.currency_code,
           item.original_amount, item.settled_amount,
           CAST(item.original_amount - coalesce(paid.amount, 0) AS DECIMAL(18,4)),
           item.settled_amount_company_currency, item.status
    FROM ledger.open_item AS item
    LEFT JOIN (
        SELECT item_id, sum(amount) AS amount FROM ledger.settlement WHERE undone_at IS NULL GROUP BY item_id
    ) AS paid USING (item_id)
"""
_SETTLEMENTS: Final = """
    SELECT item.company_code, item.open_item_key, entry.movement_key, settlement.line_number,
           settlement.settlement_date, settlement.settlement_flag, settlement.amount,
           settlement.amount_company_currency
    FROM ledger.settlement AS settlement
    JOIN ledger.open_item AS item USING (item_id)
    JOIN ledger.journal_entry AS entry ON entry.entry_id = settlement.entry_id
    WHERE settlement.undone_at IS NULL
"""
_FINDINGS: Final = """
    SELECT finding.source_file, finding.finding_code, finding.line_number, finding.byte_start,
           finding.byte_end, finding.field, finding.raw_value
    FROM ledger.finding AS finding
    LEFT JOIN ledger.file_import AS import USING (import_id)
    WHERE finding.resolution IS NULL AND (import.attempt IS NULL OR finding.attempt = import.attempt)
"""
