"""Reads FatturaPA: the ordinary form (FPA12, FPR12, and 1.1 before it) and the simplified one (FSM10).

Elements are known by their local names, whatever prefix or namespace they have. A file may hold several
bodies (a lotto) under one header; each is a document of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lxml import etree

from assets.findings import Finding, said
from assets.invoices import limits, values
from assets.invoices.document_types import FATTURAPA, types_of
from assets.invoices.model import Record, UnreadableDocumentError
from assets.invoices.walking import (
    Draft,
    Plan,
    Step,
    attempt,
    call,
    count_bytes,
    first,
    group,
    passed,
    record,
    text,
    value,
    walk,
)
from assets.invoices.xml_text import local_name
from assets.money import round_half_up

ORDINARY: Final = "FatturaElettronica"
SIMPLIFIED: Final = "FatturaElettronicaSemplificata"

_FORMATS: Final = {"FPA12": "FPA12", "FPR12": "FPR12", "FSM10": "FSM10", "SDI10": "FPA12", "SDI11": "FPA12"}
"""Before 1.2 there were invoices to the public administration only."""

_TYPES: Final = types_of(FATTURAPA)

_VAT_SCHEME: Final = "VAT"
_TAX_CODE_SCHEME: Final = "0210"
"""The scheme of ISO 6523 for the Italian tax code, which is what CodiceFiscale holds."""

_PENALTY_DATE: Final = "DettaglioPagamento/DataDecorrenzaPenale"
_TERM_DATE: Final = "DettaglioPagamento/GiorniTerminiPagamento"

_CENTS: Final = 2
_MOST_DAYS: Final = 3_660


_STAMP_DUTY: Final = Decimal("2.00")
"""The law has one amount of stamp duty for invoices; since version 1.2.1 it may be left out."""


def _name(prefix: str) -> dict[str, Step]:
    return {
        "Denominazione": text(f"{prefix}_name"),
        "Nome": text("given_name"),
        "Cognome": text("family_name"),
    }


def _identity(prefix: str) -> dict[str, Step]:
    return {
        "IdFiscaleIVA": group(
            {"IdPaese": text(f"{prefix}_country_code"), "IdCodice": text(f"{prefix}_vat_number")}
        ),
        "CodiceFiscale": text(f"{prefix}_tax_code"),
    }


def _party(prefix: str, **more: Step) -> Plan:
    """Who a party is; the simplified form leaves out levels or calls them otherwise."""
    return Plan(
        {
            "DatiAnagrafici": group({**_identity(prefix), "Anagrafica": group(_name(prefix))}),
            "IdentificativiFiscali": group(_identity(prefix)),
            "AltriDatiIdentificativi": group(_name(prefix)),
            **_identity(prefix),
            **_name(prefix),
            **more,
        }
    )


_SUPPLIER: Final = _party(
    "supplier",
    Sede=group(
        {
            "Indirizzo": text("supplier_address"),
            "NumeroCivico": text("house_number"),
            "CAP": text("supplier_postal_code"),
            "Comune": text("supplier_city"),
            "Provincia": text("supplier_province"),
        }
    ),
)
_CUSTOMER: Final = _party("customer")


def _read_supplier(element: etree._Element, header: Record, draft: Draft) -> None:
    _read_party(element, header, draft, "supplier", _SUPPLIER)


def _read_customer(element: etree._Element, header: Record, draft: Draft) -> None:
    _read_party(element, header, draft, "customer", _CUSTOMER)


def _read_party(element: etree._Element, header: Record, draft: Draft, prefix: str, plan: Plan) -> None:
    party: Record = {}
    walk(element, plan, party, draft)
    given, family = party.pop("given_name", None), party.pop("family_name", None)
    if (given or family) and f"{prefix}_name" not in party:
        party[f"{prefix}_name"] = " ".join(part for part in (given, family) if part)
    house = party.pop("house_number", None)
    if house:
        party["supplier_address"] = f"{party.get('supplier_address', '')} {house}".strip()
    number, country = party.get(f"{prefix}_vat_number"), party.get(f"{prefix}_country_code") or ""
    if number is not None:
        is_whole = number.upper().startswith(country.upper())
        draft.identify(prefix, "vat", _VAT_SCHEME, number if is_whole else f"{country}{number}")
    code = party.get(f"{prefix}_tax_code")
    if code is not None:
        draft.identify(prefix, "tax", _TAX_CODE_SCHEME, code)
    values.spell_party(party, prefix)
    header.update(party)


_HEADER: Final = Plan(
    {
        "DatiTrasmissione": group(
            {
                "ProgressivoInvio": text("transmission_code"),
                "FormatoTrasmissione": text("format"),
            }
        ),
        "CedentePrestatore": call(_read_supplier),
        "CessionarioCommittente": call(_read_customer),
    }
)


def _adjustment_kind(element: etree._Element, record: Record, draft: Draft) -> None:
    del draft
    kind = (element.text or "").strip()
    if kind not in ("SC", "MG"):
        raise UnreadableDocumentError(said("discount_or_charge"), kind, "adjustment.kind")
    record["kind"] = "discount" if kind == "SC" else "charge"


def _stamp_duty(element: etree._Element, record: Record, draft: Draft) -> None:
    """The duty that the simplified form only mentions."""
    del draft
    if values.flag(element.text or ""):
        record.setdefault("stamp_duty_amount", _STAMP_DUTY)


def _payment_terms(element: etree._Element, record: Record, draft: Draft) -> None:
    """The instalments of one set of conditions; a discount for paying early is a condition beside them."""
    payments = draft.records["payment"]
    before = len(payments)
    terms: Record = {}
    walk(element, _TERMS, terms, draft)
    for payment in payments[before:]:
        payment.update(terms)
        discount = payment.pop("discount_amount", None)
        discount_date = payment.pop("discount_date", None)
        if discount:
            draft.add("payment_condition", discount_date=discount_date, discount_amount=discount)
        penalty_date = payment.pop("penalty_date", None)
        if penalty_date is not None:
            draft.add("other_date", field=_PENALTY_DATE, date=penalty_date)
        days = payment.get("term_days")
        start = payment.get("term_date") or record.get("document_date")
        if days is not None and start is not None and payment.get("due_date") is not None:
            _note_term(draft, payment["due_date"], start, days)


def _note_term(draft: Draft, due_date: dt.date, start: dt.date, days: int) -> None:
    """The date that days from a start lead to, where the document states another one for the payment."""
    if days <= _MOST_DAYS and (term := start + dt.timedelta(days=days)) != due_date:
        draft.add("other_date", field=_TERM_DATE, date=term)


_TERMS: Final = Plan(
    {
        "CondizioniPagamento": text("conditions_code"),
        "DettaglioPagamento": record(
            "payment",
            {
                "Beneficiario": text("beneficiary"),
                "ModalitaPagamento": text("method_code"),
                "DataRiferimentoTerminiPagamento": value("payment.term_date"),
                "GiorniTerminiPagamento": value("payment.term_days"),
                "DataScadenzaPagamento": value("payment.due_date"),
                "ImportoPagamento": value("payment.amount"),
                "IBAN": text("iban"),
                "ScontoPagamentoAnticipato": value("payment_condition.discount_amount"),
                "DataLimitePagamentoAnticipato": value("payment_condition.discount_date"),
                "DataDecorrenzaPenale": value("payment.penalty_date", values.date),
            },
        ),
    }
)


def _reference(kind: str, number: str = "IdDocumento", date: str = "Data") -> Step:
    return record("reference", {number: text("number"), date: value("reference.reference_date")}, kind=kind)


_ATTACHMENT: Final = record(
    "attachment",
    {
        "NomeAttachment": text("attachment_name"),
        "FormatoAttachment": text("attachment_format"),
        "Attachment": call(count_bytes),
    },
)

_GENERAL: Final = {
    "TipoDocumento": text("type_code"),
    "Divisa": text("currency_code"),
    "Data": value("document.document_date"),
    "Numero": text("document_number"),
    "DatiRitenuta": record(
        "withholding",
        {
            "TipoRitenuta": text("withholding_type"),
            "ImportoRitenuta": value("withholding.amount"),
            "AliquotaRitenuta": value("withholding.rate"),
            "CausalePagamento": text("reason_code"),
        },
    ),
    "DatiBollo": group(
        {"ImportoBollo": value("document.stamp_duty_amount"), "BolloVirtuale": call(_stamp_duty)}
    ),
    "BolloVirtuale": call(_stamp_duty),
    "DatiCassaPrevidenziale": record(
        "welfare_fund",
        {
            "TipoCassa": text("fund_type"),
            "AlCassa": value("welfare_fund.rate"),
            "ImportoContributoCassa": value("welfare_fund.amount"),
            "ImponibileCassa": value("welfare_fund.taxable_amount"),
            "AliquotaIVA": value("welfare_fund.vat_rate"),
            "Ritenuta": value("welfare_fund.is_withheld"),
            "Natura": text("vat_nature"),
        },
    ),
    "ScontoMaggiorazione": record(
        "adjustment",
        {
            "Tipo": call(_adjustment_kind),
            "Percentuale": value("adjustment.pct"),
            "Importo": value("adjustment.amount", values.rounded_amount),
        },
    ),
    "ImportoTotaleDocumento": value("document.total_amount"),
    "Arrotondamento": value("document.rounding_amount"),
    **passed("Causale Art73"),
}

_BODY: Final = Plan(
    {
        "DatiGenerali": group(
            {
                "DatiGeneraliDocumento": group(_GENERAL, is_strict=True),
                "DatiOrdineAcquisto": _reference("order"),
                "DatiContratto": _reference("contract"),
                "DatiFattureCollegate": _reference("invoice"),
                **passed("DatiConvenzione DatiRicezione DatiSAL DatiDDT DatiTrasporto FatturaPrincipale"),
            },
            is_strict=True,
        ),
        "DatiBeniServizi": group(
            {
                "DettaglioLinee": record(
                    "line",
                    {
                        "NumeroLinea": text("line_id"),
                        "TipoCessionePrestazione": text("line_kind"),
                        "CodiceArticolo": group({"CodiceValore": first("item_code")}),
                        "Descrizione": text("description"),
                        "Quantita": value("line.quantity"),
                        "PrezzoUnitario": value("line.unit_price"),
                        "PrezzoTotale": value("line.amount"),
                        "AliquotaIVA": value("line.vat_rate"),
                        "Ritenuta": value("line.is_withheld"),
                        "Natura": text("vat_nature"),
                    },
                ),
                "DatiRiepilogo": record(
                    "vat_summary",
                    {
                        "AliquotaIVA": value("vat_summary.vat_rate"),
                        "Natura": text("vat_nature"),
                        "SpeseAccessorie": value("vat_summary.ancillary_amount"),
                        "Arrotondamento": value("vat_summary.rounding_amount", values.rounded_amount),
                        "ImponibileImporto": value("vat_summary.taxable_amount"),
                        "Imposta": value("vat_summary.vat_amount"),
                        "EsigibilitaIVA": text("exigibility"),
                        "RiferimentoNormativo": text("legal_reference"),
                    },
                ),
            },
            is_strict=True,
        ),
        "DatiPagamento": call(_payment_terms),
        "Allegati": _ATTACHMENT,
        **passed("DatiVeicoli"),
    },
    is_strict=True,
)

_SIMPLIFIED_BODY: Final = Plan(
    {
        "DatiGenerali": group(
            {
                "DatiGeneraliDocumento": group(_GENERAL, is_strict=True),
                "DatiFatturaRettificata": _reference("invoice", "NumeroFR", "DataFR"),
            },
            is_strict=True,
        ),
        "DatiBeniServizi": record(
            "line",
            {
                "Descrizione": text("description"),
                "Importo": value("line.amount"),
                "DatiIVA": group(
                    {"Imposta": value("vat_summary.vat_amount"), "Aliquota": value("line.vat_rate")}
                ),
                "Natura": text("vat_nature"),
                "RiferimentoNormativo": text("legal_reference"),
            },
        ),
        "Allegati": _ATTACHMENT,
    },
    is_strict=True,
)


def read(root: etree._Element, name: str) -> Iterator[Draft | Finding]:
    """Every body as a document, or the finding that says why it cannot be read.

    Raises UnreadableDocumentError if the file has no body or too many.
    """
    is_simplified = local_name(root.tag) == SIMPLIFIED
    header: Record = {}
    parties = Draft(name, 1)
    bodies = []
    for child in root:
        part = local_name(child.tag)
        if part == "FatturaElettronicaHeader":
            walk(child, _HEADER, header, parties)
        elif part == "FatturaElettronicaBody":
            bodies.append(child)
    if not bodies:
        raise UnreadableDocumentError(said("invoice_with_body"))
    if len(bodies) > limits.MAX_DOCUMENTS_PER_FILE:
        raise UnreadableDocumentError(limits.DOCUMENTS_PER_FILE_SENTENCE, f"{len(bodies)} documents")
    written = _FORMATS.get(header.get("format") or root.get("versione") or "", "FPR12")
    header["format"] = "FSM10" if is_simplified else written

    for position, body in enumerate(bodies, start=1):

        def fill(draft: Draft, body: etree._Element = body) -> None:
            document = dict(header)
            draft.records["document"].append(document)
            draft.records["identifier"] += parties.records["identifier"]
            walk(body, _SIMPLIFIED_BODY if is_simplified else _BODY, document, draft)
            if is_simplified:
                _split_gross_amounts(draft)
            _complete(document)

        yield attempt(name, position, fill)


def _complete(document: Record) -> None:
    """The columns that follow from others."""
    type_code = document.get("type_code")
    known = None
    if type_code:
        known = _TYPES.get(type_code)
        document["document_type"] = type_code if known is None else known.document_type
    document["is_credit_note"] = known is not None and known.is_credit_note


def _split_gross_amounts(draft: Draft) -> None:
    """The simplified form has amounts with VAT in them: lines become net, and the summary is added up.

    The amount of VAT follows from the rate where it is missing; a missing rate stays missing.
    """
    summaries: dict[tuple[Decimal | None, str | None], Record] = {}
    total = Decimal(0)
    for line in draft.records["line"]:
        gross = line.get("amount")
        if gross is None:
            raise UnreadableDocumentError(values.EXPECTED[values.quantity], "", "line.amount")
        total += gross
        rate, nature = line.get("vat_rate"), line.get("vat_nature")
        vat = line.pop("vat_amount", None)
        legal_reference = line.pop("legal_reference", None)
        if vat is None and rate is None and nature is None:
            raise UnreadableDocumentError(said("vat_or_reason"), "", "line.vat_rate")
        if vat is None:
            vat = round_half_up(gross * rate / (100 + rate), _CENTS) if rate else Decimal(0)
        line["amount"] = gross - vat
        key = rate, nature
        if key not in summaries:
            summaries[key] = draft.add(
                "vat_summary",
                vat_rate=rate,
                vat_nature=nature,
                taxable_amount=Decimal(0),
                vat_amount=Decimal(0),
                legal_reference=legal_reference,
            )
        summaries[key]["taxable_amount"] += line["amount"]
        summaries[key]["vat_amount"] += vat
    draft.records["document"][0].setdefault("total_amount", total)
