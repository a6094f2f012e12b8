"""Reconciliation: which line settles which open item, by how much, and what stays unlinked.

Belongs here: exact matching by company, account and key, the flags A and S, and the candidates for what
could not be linked. Does not: writing to the ledger.
"""
