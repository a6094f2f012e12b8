"""Exports to the treasury: the open items, and the accounts with their customers and suppliers.

Belongs here: which rows and fields an export has, how they fit the record, both forms of the file, and what
the treasury knows since the last export. Does not: what an open item is (`assets.ledger`).
"""
