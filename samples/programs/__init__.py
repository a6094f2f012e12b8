"""Accounting programs that can be tried on this machine: Tryton itself, and servers that answer as others do.

Belongs here: what `make tryton` serves, and what tests and benchmarks of the sync talk to. Does not:
Partita's side of the talk (`assets.sync`).
"""
