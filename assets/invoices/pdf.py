"""Takes the XML out of a PDF that carries it (Factur-X, ZUGFeRD from 2.0, XRechnung).

What belongs here: which attached file is the invoice. What does not: reading it, and the pages, which are a
picture of the invoice and never looked at.
"""

from __future__ import annotations

import io
import logging
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assets.invoices import limits
from assets.invoices.model import UnreadableDocumentError

START: Final = b"%PDF-"

_NAMES: Final = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")
_EXPECTED: Final = "a PDF that carries an invoice as XML (Factur-X, ZUGFeRD from 2.0)"

# The library reports what it forgives; that is none of a clerk's business.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def invoice_xml(data: bytes) -> bytes:
    """The bytes of the attached invoice. Raises UnreadableDocumentError if there is none."""
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise UnreadableDocumentError("a PDF without a password")
        for attached in reader.attachment_list:
            if attached.name.lower() in _NAMES:
                content = attached.content
                break
        else:
            raise UnreadableDocumentError(_EXPECTED, "no such file is attached")
    # What the library raises for bytes that somebody broke.
    except (
        PyPdfError,
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
    ) as error:
        raise UnreadableDocumentError("a whole PDF", str(error)) from error
    if len(content) > limits.MAX_FILE_BYTES:
        raise UnreadableDocumentError(limits.FILE_BYTES_SENTENCE, f"{len(content)} bytes")
    return content
