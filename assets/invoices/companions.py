"""Which files in an archive are no documents, so that they are counted and left out instead of refused.

People and programs pack lists, pictures and their own files beside invoices. Belongs here: what is surely
none by its name and its first bytes. Does not: what only its whole content says
(`readers.ReadFile.is_companion`).
Nothing that might be an invoice is left out: a name with the ending of a document, or bytes that begin as one
does, keep a file among those that are read, and refused if they cannot be.
"""

from __future__ import annotations

from typing import Final

from assets.detection.inbox import is_hidden
from assets.invoices.envelopes import looks_like_document

_OF_DOCUMENTS: Final = frozenset({"xml", "p7m", "pk7", "p7c", "p7s", "p7b", "pdf", "zip"})
_OF_OTHERS: Final = frozenset(
    {
        *("csv", "txt", "tsv", "xls", "xlsx", "xlsm", "xlsb", "ods", "json", "log", "md"),
        *("doc", "docx", "odt", "rtf", "ppt", "pptx", "odp"),
        *("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "webp", "heic", "ico"),
        *("db", "ini", "lnk", "url", "css", "js", "md5", "sha1", "sha256"),
    }
)
_MACINTOSH: Final = "__macosx"
_OFFICE_MARKS: Final = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis.")
"""What stands in the archive that a document of an office program is, and in no other."""


def is_companion(name: str, data: bytes) -> bool:
    """Whether a member of an archive is no document; of `data` the first bytes are enough."""
    parts = name.replace("\\", "/").casefold().split("/")
    _, *endings = parts[-1].split(".")
    is_of_system = any(is_hidden(part) or part == _MACINTOSH for part in parts)
    is_other = bool(endings) and endings[-1] in _OF_OTHERS and _OF_DOCUMENTS.isdisjoint(endings)
    return (is_of_system or is_other) and not looks_like_document(data)


def is_office_file(data: bytes) -> bool:
    """Whether an archive is the file of an office program, such as a list in XLSX."""
    return any(mark in data for mark in _OFFICE_MARKS)
