"""The ledger: the store of journal entries, postings, open items, settlements and findings.

Belongs here: opening the store, its locks and migrations, writing an import in one transaction, and the
questions that people and checks ask. Does not: reading files or deciding what a line means.
"""
