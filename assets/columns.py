"""The types of the columns that frames share.

Apart from `assets.money`, so that whoever only shows amounts (the command line) need not load pyarrow,
which takes longer to import than most commands run.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from assets.money import AMOUNT_PRECISION, AMOUNT_SCALE

AMOUNT_TYPE: Final = pa.decimal128(AMOUNT_PRECISION, AMOUNT_SCALE)
"""Every amount in a frame: eighteen digits, four of them decimals, as `DECIMAL(18,4)` in the ledger."""
