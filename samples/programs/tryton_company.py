"""Makes the company of the tests in an empty Tryton database: chart, journals, taxes, fiscal year, user, key.

Run by the interpreter of Tryton's own environment: `python tryton_company.py DATABASE CONFIG RESULT`. Nothing
of Partita imports this file. RESULT is written for its owner only: it holds the key of the REST interface.
"""

import datetime as dt
import json
import sys
from decimal import Decimal
from pathlib import Path

from proteus import Model, Wizard, config

REVENUE_ACCOUNTS = {
    "5801001": "Ricavi diversi",
    "7001001": "Ricavi delle vendite",
    "7001002": "Ricavi per servizi",
    "7001003": "Abbuoni e arrotondamenti attivi",
}
CLOSED_ACCOUNT = ("7001009", "Ricavi cessati")
JOURNALS = {"VEN": "Vendite", "NCV": "Note di credito"}
TAX_RATES = {
    "22": "0.22",
    "V22": "0.22",
    "10": "0.10",
    "4": "0.04",
    "N2.2": "0",
    "N3.1": "0",
    "N3.2": "0",
    "N4": "0",
}
COUNTRIES = {"IT": "Italia", "DE": "Germania", "FR": "Francia", "CH": "Svizzera"}
BOOKKEEPER = ("account.group_account", "account.group_account_admin", "party.group_party_admin")
YEAR = 2026
CLOSED_MONTH = 1


def make_company():
    """The company with its currencies and countries; everything that follows is made in it."""
    for code, name in COUNTRIES.items():
        Model.get("country.country")(code=code, name=name).save()
    currencies = {}
    for code, rate in (("EUR", "1"), ("USD", "1.1000")):
        currency = Model.get("currency.currency")(name=code, code=code, symbol=code)
        currency.rounding, currency.digits = Decimal("0.01"), 2
        currency.rates.new(date=dt.date(YEAR, 1, 1), rate=Decimal(rate))
        currency.save()
        currencies[code] = currency
    party = Model.get("party.party")(name="Albafinta Utensili S.r.l.")
    party.identifiers.new(type="eu_vat", code="IT09990019995")
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party, wizard.form.currency = party, currencies["EUR"]
    wizard.execute("add")
    config.get_config()._context = Model.get("res.user").get_preferences(True, {})
    (company,) = Model.get("company.company").find()
    company.cancel_invoice_out = True
    company.save()
    return company


def make_chart(company):
    """The universal chart and, in it, the accounts of the tests; the account of VAT on sales."""
    accounts = Model.get("account.account")
    root = Model.get("ir.model.data").get_id("account.account_template_root_en", {})
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = Model.get("account.account.template")(root)
    wizard.form.company = company
    wizard.execute("create_account")
    kinds = {}
    for kind in ("receivable", "payable", "revenue"):
        kinds[kind] = accounts.find([(f"type.{kind}", "=", True), ("closed", "!=", True)], limit=1)[0]
    wizard.form.account_receivable, wizard.form.account_payable = kinds["receivable"], kinds["payable"]
    wizard.execute("create_properties")
    sales = kinds["revenue"]
    for code, name in (*REVENUE_ACCOUNTS.items(), CLOSED_ACCOUNT):
        account = accounts(code=code, name=name, parent=sales.parent, type=sales.type)
        account.closed = code == CLOSED_ACCOUNT[0]
        account.save()
    (tax_account,) = accounts.find([("code", "=", "6.3.6")])
    return tax_account


def make_journals_and_taxes(tax_account):
    """Journals of sales by our codes, and taxes that bear the VAT codes as names."""
    for code, name in JOURNALS.items():
        Model.get("account.journal")(code=code, name=name, type="revenue").save()
    for name, rate in TAX_RATES.items():
        tax = Model.get("account.tax")(name=name, description=f"IVA {name}", type="percentage")
        tax.rate = Decimal(rate)
        tax.invoice_account = tax.credit_note_account = tax_account
        tax.save()


def make_fiscal_year(company):
    """A year of months, the first one closed, with a sequence for invoices and one for credit notes."""

    def sequence(kind, name, prefix):
        (sequence_type,) = Model.get("ir.sequence.type").find([("name", "=", kind)], limit=1)
        made = Model.get("ir.sequence.strict")(name=name, sequence_type=sequence_type, company=company)
        made.prefix = prefix
        made.save()
        return made

    year = Model.get("account.fiscalyear")(name=str(YEAR), company=company)
    year.start_date, year.end_date = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
    year.move_sequence = sequence("Account Move", f"Registrazioni {YEAR}", "")
    (numbers,) = year.invoice_sequences
    numbers.out_invoice_sequence = sequence("Invoice", f"Fatture {YEAR}", f"FT{YEAR}/")
    numbers.out_credit_note_sequence = sequence("Invoice", f"Note di credito {YEAR}", f"NC{YEAR}/")
    numbers.in_invoice_sequence = numbers.in_credit_note_sequence = sequence(
        "Invoice", f"Acquisti {YEAR}", ""
    )
    year.save()
    year.click("create_period")
    (month,) = Model.get("account.period").find([("start_date", "=", dt.date(YEAR, CLOSED_MONTH, 1))])
    month.click("close")


def make_user(company, name, *groups):
    """A user with these groups, and the key by which it calls the REST interface."""
    user = Model.get("res.user")(name=name, login=name.lower())
    for group in groups:
        user.groups.append(Model.get("res.group")(Model.get("ir.model.data").get_id(group, {})))
    user.companies.append(Model.get("company.company")(company.id))
    user.company = company
    user.save()
    application = Model.get("res.user.application")(user=user, application="rest")
    application.save()
    return application.key


def main():
    """Makes everything and writes what whoever calls the REST interface must know."""
    database, config_file, result = sys.argv[1:]
    config.set_trytond(f"sqlite:///{database}", config_file=config_file)
    company = make_company()
    make_journals_and_taxes(make_chart(company))
    make_fiscal_year(company)
    known = {
        "company_id": company.id,
        "key": make_user(company, "Partita", "account.group_account"),
        "bookkeeper_key": make_user(company, "Bookkeeper", *BOOKKEEPER),
        "guest_key": make_user(company, "Guest"),
    }
    path = Path(result)
    path.touch(mode=0o600)
    path.write_text(json.dumps(known), "utf-8")


if __name__ == "__main__":
    main()
