"""What Partita computes, one package per stage, in the order in which one stands on another.

ledger -> reference -> detection -> reconciliation -> traces, invoices -> sales -> exchange -> corrections ->
exports, sync -> reports -> search. The ledger knows no source. A stage may use what stands below it, never
what stands above. Only `assets.py` and `checks.py` of a stage import Dagster; everything else is plain
functions over frames and SQL.
"""
