"""Sync of booked sales invoices with accounting programs: what is sent, what comes back, what is wrong.

Belongs here: the outbox, the targets (one module a program), and the comparison of what a program holds with
what it was sent. Does not: how sales invoices come in and are posted (`assets.sales`).
"""
