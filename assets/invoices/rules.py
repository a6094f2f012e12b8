"""The number of the rules by which e-invoices are read: what a document means, from elements to items.

Belongs here: the number, and what each one changed. Does not: the rules (the readers of the formats, and the
statements of this stage).
"""

from __future__ import annotations

from typing import Final

READING_RULES: Final = 2
"""The present rules. Whoever changes what a document means (its supplier, type, amounts, instalments or due
dates) raises it and says here what is new, so that `partita documents --read-again` finds what is booked by
the rules before.

1. Everything before the rules were counted.
2. The terms of EN 16931: VAT in a second currency, allowances and charges, payable rounding, levels of
   lines, net due dates beside discounts, types of documents; what was paid before is an item of its own;
   suppliers by VAT number, tax code and registrations with their scheme.
"""
