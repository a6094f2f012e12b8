"""The limits on what a delivery may hold, each with the sentence that says so (`assets.findings.said`).

What goes beyond a limit is refused with its sentence as what was expected (finding R17). The limits are far
above what the exchange system delivers and far below what could fill a machine.
"""

from __future__ import annotations

from typing import Final

from assets.findings import said

MAX_FILE_BYTES: Final = 24 * 1024 * 1024
FILE_BYTES_SENTENCE: Final = said("file_of_bytes", count=MAX_FILE_BYTES // 1024**2)

MAX_ARCHIVE_MEMBERS: Final = 200_000
ARCHIVE_MEMBERS_SENTENCE: Final = said("archive_of_files", count=MAX_ARCHIVE_MEMBERS)

MAX_REFUSED_MEMBERS: Final = 20_000
REFUSED_MEMBERS_SENTENCE: Final = said("archive_of_refused", count=MAX_REFUSED_MEMBERS)
"""Each is a finding and a row of the ledger. Beyond it the archive is no delivery but something else."""

MAX_ARCHIVE_BYTES: Final = 8 * 1024**3
ARCHIVE_BYTES_SENTENCE: Final = said("archive_of_bytes", count=MAX_ARCHIVE_BYTES // 1024**3)

MAX_COMPRESSION_RATIO: Final = 200
COMPRESSION_RATIO_SENTENCE: Final = said("file_packed", count=MAX_COMPRESSION_RATIO)

MAX_ENVELOPES: Final = 3
ENVELOPES_SENTENCE: Final = said("document_in_envelopes", count=MAX_ENVELOPES)

MAX_TEXT_LAYERS: Final = 2
TEXT_LAYERS_SENTENCE: Final = said("envelope_in_base64", count=MAX_TEXT_LAYERS)

MAX_ENVELOPE_PARTS: Final = 50_000
ENVELOPE_PARTS_SENTENCE: Final = said("envelope_of_parts", count=MAX_ENVELOPE_PARTS)
"""The usual chunks of 1,000 bytes need half of them for the largest file."""

MAX_ATTACHED_FILES: Final = 100
ATTACHED_FILES_SENTENCE: Final = said("pdf_with_files", count=MAX_ATTACHED_FILES)

MAX_PDF_OBJECTS: Final = 100_000
PDF_OBJECTS_SENTENCE: Final = said("pdf_of_objects", count=MAX_PDF_OBJECTS)
"""Each takes forty microseconds where the table of them is broken, whatever it holds."""

MAX_DEPTH: Final = 256
DEPTH_SENTENCE: Final = said("xml_of_depth", count=MAX_DEPTH)
"""The depth and the length of a text are libxml2's own limits, which stand while `huge_tree` is off."""

MAX_TEXT: Final = 10_000_000
TEXT_SENTENCE: Final = said("xml_of_text", count=MAX_TEXT)

MAX_ELEMENTS: Final = 500_000
ELEMENTS_SENTENCE: Final = said("xml_of_elements", count=MAX_ELEMENTS)

MAX_ATTRIBUTES: Final = 1_000
ATTRIBUTES_SENTENCE: Final = said("xml_of_attributes", count=MAX_ATTRIBUTES)

MAX_ALL_ATTRIBUTES: Final = 500_000
ALL_ATTRIBUTES_SENTENCE: Final = said("xml_of_all_attributes", count=MAX_ALL_ATTRIBUTES)

MAX_LINES_PER_DOCUMENT: Final = 20_000
LINES_PER_DOCUMENT_SENTENCE: Final = said("document_of_lines", count=MAX_LINES_PER_DOCUMENT)

MAX_DOCUMENTS_PER_FILE: Final = 10_000
DOCUMENTS_PER_FILE_SENTENCE: Final = said("file_of_documents", count=MAX_DOCUMENTS_PER_FILE)
