"""The sample company's reference data for e-invoices and sales invoices: accounts, VAT codes, rules, terms,
rates.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

INVOICE_REASONS: Final = (("FTAC", "Purchase invoice"), ("FTVE", "Sales invoice"))

# Code, name, Italian second name, kind: in the chart of either company, beside the accounts of the traces.
INVOICE_ACCOUNTS: Final = (
    ("4502003", "VAT owed under reverse charge", "IVA da inversione contabile", "other"),
    ("4503001", "Pension contributions withheld", "Contributi Enasarco trattenuti", "other"),
    ("7101002", "Consumables", "Materiali di consumo", "other"),
    ("7102001", "Services", "Servizi", "other"),
    ("7103001", "Professional fees", "Compensi professionali", "other"),
    ("7103002", "Commissions to agents", "Provvigioni ad agenti", "other"),
    ("7104001", "Electricity, gas and water", "Utenze", "other"),
    ("7104002", "Telephone and internet", "Spese telefoniche", "other"),
    ("7105001", "Rent", "Affitti passivi", "other"),
    ("7106001", "Transport", "Trasporti", "other"),
    ("7107001", "Stamp duty", "Imposta di bollo", "other"),
)

# 5 % is left out on purpose: a document with it waits for its VAT code.
VAT_CODES_CSV: Final = """\
company_code,vat_code,vat_code_name,vat_rate,vat_nature,exigibility,treatment,deductible_pct,vat_account_code,second_account_code
,22,VAT 22 %,22,,,normal,100,1502001,
,10,VAT 10 %,10,,,normal,100,1502001,
,4,VAT 4 %,4,,,normal,100,1502001,
,22D,"VAT 22 %, due on payment",22,,D,deferred,100,1502001,1502002
,22P40,"VAT 22 %, 40 % deductible (cars)",22,,,normal,40,1502001,
,N1,Outside the taxable base (art. 15),0,N1,,outside,0,,
,N2.2,Not subject to VAT,0,N2.2,,outside,0,,
,N3.2,Purchase within the EU (reverse charge),22,N3.2,,reverse_charge,100,1502001,4502003
,N3.5,Not taxable: declaration of intent,0,N3.5,,outside,0,,
,N4,Exempt,0,N4,,outside,0,,
,N6.1,Scrap (reverse charge),22,N6.1,,reverse_charge,100,1502001,4502003
,N6.3,Subcontracted building work (reverse charge),22,N6.3,,reverse_charge,100,1502001,4502003
,N6.7,Work on buildings (reverse charge),22,N6.7,,reverse_charge,100,1502001,4502003
,N6.9,Other reverse charge,22,N6.9,,reverse_charge,100,1502001,4502003
,EU-K,"Goods from the EU (reverse charge), UBL and CII",22,K,,reverse_charge,100,1502001,4502003
,EU-AE,"Services from the EU (reverse charge), UBL and CII",22,AE,,reverse_charge,100,1502001,4502003
,EU-E,"Exempt, UBL and CII",0,E,,outside,0,,
"""

# S005, S006, S103, S104 and B001 have no rule: what their first invoice was booked to is remembered.
INVOICE_RULES_CSV: Final = """\
rule_code,company_code,counterparty_code,document_type,line_text,account_code,vat_code
STAMP-DUTY,,,,imposta di bollo,7107001,N1
CARS,,,,autovettur,7102001,22P40
AGENTS,,,,provvigion,7103002,22
STEEL,ALBA,S001,,,7101001,22
STEEL-SCRAP,ALBA,S001,,rottam,7101001,N6.1
TRANSPORT,,S002,,,7106001,22
POWER,,S003,,,7104001,22
LAWYER,ALBA,S004,,,7103001,22
STEEL-DE,ALBA,S007,,,7101001,
YARN,BREZZA,S101,,,7101001,22
DYEING,BREZZA,S102,,,7102001,22
YARN-FR,BREZZA,S105,,,7101001,
GRAPHICS,BREZZA,S108,TD06,,7103001,22
GRAPHICS-INVOICE,BREZZA,S108,TD01,,7103001,22
"""

WITHHOLDING_ACCOUNTS_CSV: Final = """\
company_code,withholding_type,account_code
,RT01,4501001
,RT02,4501001
"""

WELFARE_FUNDS_CSV: Final = """\
company_code,fund_type,account_code,is_withheld
,TC01,,false
,TC02,,false
,TC03,,false
,TC04,,false
,TC07,4503001,true
,TC22,,false
"""

SUPPLIER_TERMS_CSV: Final = """\
counterparty_code,payment_days,is_end_of_month,uses_memory
B001,30,true,true
S001,60,true,true
S002,30,true,true
S003,20,false,true
S004,0,false,true
S005,60,false,true
S006,30,false,false
S007,30,false,true
S101,60,true,true
S102,30,true,true
S103,30,false,true
S104,90,true,true
S105,45,false,true
S108,0,false,true
"""

# Invented rates of the Mondays, about those at which the sample's sales in USD were booked.
EXCHANGE_RATES_CSV: Final = """\
currency_code,rate_date,exchange_rate,company_currency_code
CHF,2026-09-28,0.9412,EUR
CHF,2026-10-05,0.9405,EUR
CHF,2026-10-12,0.9398,EUR
CHF,2026-10-19,0.9421,EUR
CHF,2026-10-26,0.9430,EUR
CHF,2026-11-02,0.9417,EUR
CHF,2026-11-09,0.9409,EUR
CHF,2026-11-16,0.9402,EUR
CHF,2026-11-23,0.9411,EUR
CHF,2026-11-30,0.9420,EUR
USD,2026-09-28,1.0870,EUR
USD,2026-10-05,1.0882,EUR
USD,2026-10-12,1.0895,EUR
USD,2026-10-19,1.0861,EUR
USD,2026-10-26,1.0853,EUR
USD,2026-11-02,1.0874,EUR
USD,2026-11-09,1.0888,EUR
USD,2026-11-16,1.0902,EUR
USD,2026-11-23,1.0893,EUR
USD,2026-11-30,1.0879,EUR
"""

# 10 % is left out on purpose: a sales invoice with it waits for its rule.
SALES_RULES_CSV: Final = """\
rule_code,company_code,counterparty_code,line_text,vat_rate,vat_nature,account_code,vat_code,vat_account_code
SALES-22,,,,22,,7001001,22,4502001
SALES-EU,,,,0,N3.2,7001001,N3.2,
SALES-EU-UBL,,,,0,K,7001001,N3.2,
EXPORT,BREZZA,,,0,N3.1,7001001,N3.1,
"""

INVOICE_SETTINGS: Final = """\
,invoice_inbox_folder,inbox/invoices
,invoice_tolerance,0.05
,rounding_account,7509001
,stamp_duty_account,7107001
,accounting_date_basis,document
,payment_days,30
,supplier_memory,true
,invoice_reason,FTAC
,sales_inbox_folder,inbox/sales
,sales_reason,FTVE
"""
"""Rows of settings.csv."""


def write_invoice_reference(folder: Path) -> None:
    """Writes the optional reference CSVs of the sample company into `folder`."""
    for name, text in (
        ("vat_codes.csv", VAT_CODES_CSV),
        ("invoice_rules.csv", INVOICE_RULES_CSV),
        ("withholding_accounts.csv", WITHHOLDING_ACCOUNTS_CSV),
        ("welfare_funds.csv", WELFARE_FUNDS_CSV),
        ("supplier_terms.csv", SUPPLIER_TERMS_CSV),
        ("exchange_rates.csv", EXCHANGE_RATES_CSV),
        ("sales_rules.csv", SALES_RULES_CSV),
    ):
        (folder / name).write_bytes(text.encode("utf-8"))
