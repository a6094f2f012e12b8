"""The limits on what a delivery may hold, each with the sentence that says so.

What goes beyond a limit is refused with its sentence as what was expected (finding R17). The limits are far
above what the exchange system delivers and far below what could fill a machine.
"""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 24 * 1024 * 1024
FILE_BYTES_SENTENCE: Final = f"a file of at most {MAX_FILE_BYTES // 1024**2} MiB"

MAX_ARCHIVE_MEMBERS: Final = 200_000
ARCHIVE_MEMBERS_SENTENCE: Final = f"an archive of at most {MAX_ARCHIVE_MEMBERS} files"

MAX_REFUSED_MEMBERS: Final = 20_000
REFUSED_MEMBERS_SENTENCE: Final = f"an archive of which at most {MAX_REFUSED_MEMBERS} files are refused"
"""Each is a finding and a row of the ledger. Beyond it the archive is no delivery but something else."""

MAX_ARCHIVE_BYTES: Final = 8 * 1024**3
ARCHIVE_BYTES_SENTENCE: Final = f"an archive of at most {MAX_ARCHIVE_BYTES // 1024**3} GiB when unpacked"

MAX_COMPRESSION_RATIO: Final = 200
COMPRESSION_RATIO_SENTENCE: Final = f"a file packed at most {MAX_COMPRESSION_RATIO} times smaller than it is"

MAX_ENVELOPES: Final = 3
ENVELOPES_SENTENCE: Final = f"a document in at most {MAX_ENVELOPES} signed envelopes, one in the other"

MAX_TEXT_LAYERS: Final = 2
TEXT_LAYERS_SENTENCE: Final = f"an envelope written as base64 at most {MAX_TEXT_LAYERS} times over"

MAX_ENVELOPE_PARTS: Final = 50_000
ENVELOPE_PARTS_SENTENCE: Final = f"an envelope of at most {MAX_ENVELOPE_PARTS} parts"
"""The usual chunks of 1,000 bytes need half of them for the largest file."""

MAX_ATTACHED_FILES: Final = 100
ATTACHED_FILES_SENTENCE: Final = f"a PDF with at most {MAX_ATTACHED_FILES} attached files"

MAX_PDF_OBJECTS: Final = 100_000
PDF_OBJECTS_SENTENCE: Final = f"a PDF of at most {MAX_PDF_OBJECTS} objects"
"""Each takes forty microseconds where the table of them is broken, whatever it holds."""

MAX_DEPTH: Final = 256
DEPTH_SENTENCE: Final = f"XML of at most {MAX_DEPTH} elements one in the other"
"""The depth and the length of a text are libxml2's own limits, which stand while `huge_tree` is off."""

MAX_TEXT: Final = 10_000_000
TEXT_SENTENCE: Final = f"XML in which no text has more than {MAX_TEXT} characters"

MAX_ELEMENTS: Final = 500_000
ELEMENTS_SENTENCE: Final = f"XML of at most {MAX_ELEMENTS} elements"

MAX_ATTRIBUTES: Final = 1_000
ATTRIBUTES_SENTENCE: Final = f"XML in which no element has more than {MAX_ATTRIBUTES} attributes"

MAX_ALL_ATTRIBUTES: Final = 500_000
ALL_ATTRIBUTES_SENTENCE: Final = f"XML with at most {MAX_ALL_ATTRIBUTES} attributes"

MAX_LINES_PER_DOCUMENT: Final = 20_000
LINES_PER_DOCUMENT_SENTENCE: Final = f"a document of at most {MAX_LINES_PER_DOCUMENT} lines"

MAX_DOCUMENTS_PER_FILE: Final = 10_000
DOCUMENTS_PER_FILE_SENTENCE: Final = f"a file of at most {MAX_DOCUMENTS_PER_FILE} documents"
