"""What people know about a thing of the ledger, and the things that it could be.

Reads the tables of every stage, and no stage uses it.
"""
