"""Corrections: what people ask for that changes the ledger, always by new entries and never by edits.

Belongs here: deleting imports and payments, linking, settling, compensating, writing off, reopening,
changing a registration, and undoing each of them. Does not: what a file brings (`assets.traces.posting`,
`.registering`).
"""
