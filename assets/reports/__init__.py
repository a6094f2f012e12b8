"""What the ledger says as a whole: open items as of a date, ageing, sub-ledger, transit, and the journal.

Belongs here: questions over the whole ledger and the Beancount files that another program can check. Does
not: changing the ledger, exports to the treasury, showing an answer.
"""
