"""Sales invoices that we issued: read in several forms, recognised, posted, and kept for the sync.

Belongs here: the forms, what they must be, and what becomes of each invoice in the ledger. Does not: sending
booked invoices to accounting programs (`assets.sync`), and e-invoices that we received (`assets.invoices`).
"""
