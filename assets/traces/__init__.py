"""Treasury traces: from the bytes of a file to movements that may be posted.

Belongs here: the record layout, the readers of both forms, validation of lines, and the rules across the
lines of a movement. Does not: which open item a line settles (`assets.reconciliation`), and writing
(`assets.ledger`).
"""
