"""Takes the files out of a PDF that carries some (Factur-X, ZUGFeRD, XRechnung).

What belongs here: which files are attached, and the limits on them. What does not: which of them is an
invoice, which its content says, and the pages, which are a picture of it and never looked at.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, EmbeddedFile

from assets.findings import said
from assets.invoices import limits
from assets.invoices.model import UnreadableDocumentError

START: Final = b"%PDF-"

_WHOLE: Final = said("whole_pdf")
_OBJECT: Final = b" obj"
_END: Final = b"%%EOF"
_END_BYTES: Final = 1024
"""Within so many bytes before the end stands the mark; the list of attachments stands near it."""

_SPOILED: Final = (
    PyPdfError,
    DependencyError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    AssertionError,
    OSError,
)
"""What the library raises for bytes that somebody broke."""

# The library reports what it forgives; that is none of a clerk's business.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def attached_files(data: bytes) -> Iterator[bytes]:
    """The contents of the attached files, each as soon as it is asked for, whatever its name.

    Raises UnreadableDocumentError for a PDF that is not whole, has a password, too many objects or files; for
    a file that cannot be taken out only after the others.
    """
    count = data.count(_OBJECT)
    if count > limits.MAX_PDF_OBJECTS:
        raise UnreadableDocumentError(limits.PDF_OBJECTS_SENTENCE, f"{count} objects")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise UnreadableDocumentError(said("pdf_without_password"))
        files = _specified(reader)
    except _SPOILED as error:
        raise UnreadableDocumentError(_WHOLE, str(error)) from error
    if len(files) > limits.MAX_ATTACHED_FILES:
        raise UnreadableDocumentError(limits.ATTACHED_FILES_SENTENCE, f"{len(files)} files")
    spoiled = None
    if not files and _END not in data[-_END_BYTES:]:
        raise UnreadableDocumentError(_WHOLE, "an end too soon")
    for file in files:
        try:
            content = file.content
        except _SPOILED as error:
            spoiled = error
            continue
        yield content
    if spoiled is not None:
        raise UnreadableDocumentError(_WHOLE, str(spoiled)) from spoiled


def _specified(reader: PdfReader) -> list[EmbeddedFile]:
    """The files of the list of attachments, and those that the document only calls its associated ones."""
    files = []
    for number, file in enumerate(reader.attachment_list):
        files.append(file)
        if number > limits.MAX_ATTACHED_FILES:
            return files
    known = {id(file.pdf_object) for file in files}
    associated = reader.root_object.get("/AF", ArrayObject()).get_object()
    for entry in associated if isinstance(associated, ArrayObject) else [associated]:
        specification = entry.get_object()
        if isinstance(specification, DictionaryObject) and id(specification) not in known:
            files.append(EmbeddedFile("", specification))
    return files
