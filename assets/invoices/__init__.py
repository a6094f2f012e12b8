"""Purchase e-invoices: from the bytes of a delivery to documents that may be registered.

Belongs here: containers, envelopes, one reader per format, the canonical document that all of them end in,
and the rules over documents. Does not: which item a payment settles (`assets.reconciliation`), and writing
(`assets.ledger`).
"""
