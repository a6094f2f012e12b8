"""What Partita computes, one package per stage, in the order in which data flows.

reference -> detection -> traces -> reconciliation -> ledger -> exports. A stage may use an earlier stage's
schemas, never its internals, and never a later stage. Only `assets.py` and `checks.py` of a stage
import Dagster; everything else is plain functions over frames and SQL.
"""
