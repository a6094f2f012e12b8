"""What a trace says, whatever its form: two files whose lines say the same in the same order share a hash.

Belongs here: the hash. Does not: what follows from two files that say the same (`assets.traces.posting`).
"""

from __future__ import annotations

import hashlib
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_HASHED_TOGETHER: Final = 100_000
_PLACES: Final = ("line_number", "byte_start", "byte_end")
_FIELD_END: Final = "\x1f"
_LINE_END: Final = "\x1e"
"""Control characters, which no field of a readable line has."""


def wording_hash(lines: pa.Table) -> str:
    """The SHA-256 of all fields of all lines, as lower-case hexadecimal digits.

    The same for the text and the JSON form, for any encoding, line ends and blank lines; an empty field and
    a field that is left out are the same. `lines` has the columns of `traces.layout.line_schema`.
    """
    digest = hashlib.sha256()
    fields = lines.drop_columns(list(_PLACES))
    for start in range(0, fields.num_rows, _HASHED_TOGETHER):
        part = fields.slice(start, _HASHED_TOGETHER).combine_chunks()
        texts = [_as_text(column) for column in part.columns]
        said = pc.binary_join_element_wise(*texts, _LINE_END, _FIELD_END, null_handling="replace")
        for line in said:
            digest.update(line.as_buffer())
    return digest.hexdigest()


def _as_text(column: pa.ChunkedArray) -> pa.Array:
    text = column.cast(pa.string()).combine_chunks()
    return text.chunk(0) if isinstance(text, pa.ChunkedArray) else text
