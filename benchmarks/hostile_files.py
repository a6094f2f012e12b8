"""Files of a given size that were made to take time or memory, one way each. Runs in a child.

Belongs here: their bytes. Does not: what reading them costs (`benchmarks.hostile_steps`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from samples.european_files import cii_of_size, ubl_of_size
from samples.invoice_files import (
    cii,
    definite,
    fatturapa,
    in_base64,
    in_pdf,
    indefinite,
    line,
    of_size,
    signed,
    signed_in_chunks,
)
from samples.payments import pay, trace
from samples.sales_files import COLUMNS, csv_of, row
from samples.trace_files import render_json

TRACE: Final = "trace"
SALES: Final = "sales"
INVOICE: Final = "invoice"

_DATE: Final = (2026, 10, 5, 0, 0, 0)
_WRAPPED: Final = signed_in_chunks(b"").partition(b"\x24\x80")[0]
"""What stands before the content of a signed file in BER."""
Make = Callable[[int], bytes]


def _repeated(part: bytes, size: int) -> bytes:
    return part * (size // len(part))


def _inside(text: str) -> bytes:
    """An invoice in which this stands for the description of a line."""
    return fatturapa().replace("Manutenzione", text).encode()


def _filled(part: str, size: int) -> bytes:
    return _inside(part * (size // len(part)))


def _new_names(size: int) -> bytes:
    return _inside("".join(f"<n{number}/>" for number in range(size // 11)))


def _attributes(size: int) -> bytes:
    return b"<a>" + _repeated(b'<b c="" d="" e="" f=""/>', size) + b"</a>"


def _bodies(size: int) -> bytes:
    return fatturapa("<FatturaElettronicaBody/>" * (size // 25)).encode()


def _grown(data: bytes, element: bytes, size: int) -> bytes:
    """The document with its lines, which are these elements, so often that it has about so many bytes."""
    start, end = data.index(b"<" + element), data.rindex(b"</" + element + b">") + len(element) + 3
    return data[:start] + _repeated(data[start:end], size - (len(data) - (end - start))) + data[end:]


def _fatturapa(size: int) -> bytes:
    return _grown(of_size(60_000), b"DettaglioLinee", size)


def _ubl(size: int) -> bytes:
    return _grown(ubl_of_size(60_000), b"cac:InvoiceLine", size)


def _cii(size: int) -> bytes:
    return _grown(cii_of_size(60_000), b"ram:IncludedSupplyChainTradeLineItem", size)


def _lines(size: int) -> bytes:
    short = "<DettaglioLinee><NumeroLinea>1</NumeroLinea></DettaglioLinee>"
    return fatturapa().replace(line(1), short * (size // len(short))).encode()


def _json_list(element: bytes, size: int) -> bytes:
    return b"[" + b",".join([element] * (size // (len(element) + 1))) + b"]"


def _names(size: int) -> bytes:
    return b"[{" + b",".join(b'"k%d":1' % number for number in range(size // 12)) + b"}]"


def _numbers(size: int) -> bytes:
    good = render_json([each for movement in [pay("-10.00")] for each in movement])
    return good.replace(b"-10.00", b"9" * size, 1)


def _pdf_objects(size: int) -> bytes:
    """A PDF whose table of objects names very many."""
    parts, offsets, place = [b"%PDF-1.7\n"], [], 9
    count = size // 55
    for number in range(1, count + 1):
        text = b"%d 0 obj<</Type/Catalog>>endobj\n" % number
        offsets.append(place)
        parts.append(text)
        place += len(text)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (count + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (count + 1, place)
    return b"".join([*parts, table, end])


def _pdf_without_table(size: int) -> bytes:
    """A PDF whose table of objects is gone, so that they are looked for."""
    objects = b"".join(b"%d 0 obj<</A 1>>endobj\n" % number for number in range(1, size // 26))
    table = b"xref\nspoiled\ntrailer<</Root 1 0 R>>\n"
    return b"%%PDF-1.7\n%b%bstartxref\n%d\n%%%%EOF\n" % (objects, table, 9 + len(objects))


def _pdf_broken(size: int) -> bytes:
    return b"%PDF-1.7\n" + _repeated(b"1 0 obj << /A ", size) + b"\n%%EOF\n"


def _zip(members: Iterator[tuple[str, bytes]], *, packed: bool) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, _DATE), data)
    return stream.getvalue()


def _zip_refused(size: int) -> bytes:
    """An archive of very many files of which each is refused: 100,000 in 20 MB."""
    return _zip(((f"{number:030}.xml", b"%d" % number) for number in range(size // 200)), packed=False)


def _zip_invoices(size: int) -> bytes:
    members = (
        (f"{number}.xml", of_size(3_000, number, is_indented=False)) for number in range(size // 3_200)
    )
    return _zip(members, packed=False)


def _zip_packed(size: int) -> bytes:
    """An archive of members of that size, which is packed into a small part of it."""
    members = ((f"{number}.xml", _filled(f"<a{number}/>", size // 10)) for number in range(10))
    return _zip(members, packed=True)


def _columns(size: int) -> bytes:
    return ",".join(COLUMNS).encode() + b"," * size + b"\n"


def _rows(size: int) -> bytes:
    good = csv_of(row())
    return good + _repeated(good.partition(b"\n")[2], size)


FILES: Final[dict[str, tuple[str, str, Make]]] = {
    "XML of empty elements": (INVOICE, "a.xml", lambda size: _filled("<a/>", size)),
    "XML of ever new names": (INVOICE, "a.xml", _new_names),
    "XML of attributes": (INVOICE, "a.xml", _attributes),
    "XML of depth": (INVOICE, "a.xml", lambda size: _inside("<a>" * (size // 7) + "</a>" * (size // 7))),
    "XML of one text": (INVOICE, "a.xml", lambda size: _inside("x" * size)),
    "XML in UTF-16": (INVOICE, "a.xml", lambda size: _filled("<a/>", size // 2).decode().encode("utf-16")),
    "FatturaPA of lines": (INVOICE, "a.xml", _lines),
    "FatturaPA of documents": (INVOICE, "a.xml", _bodies),
    "FatturaPA, large": (INVOICE, "a.xml", _fatturapa),
    "UBL, large": (INVOICE, "a.xml", _ubl),
    "CII, large": (INVOICE, "a.xml", _cii),
    "p7m of small parts": (
        INVOICE,
        "a.p7m",
        lambda size: _WRAPPED + indefinite(0x24, _repeated(b"\x04\x01<", size)),
    ),
    "p7m of depth": (INVOICE, "a.p7m", lambda size: _WRAPPED + _repeated(b"\x24\x80", size)),
    "p7m in base64, letter by letter": (INVOICE, "a.p7m", lambda size: b"\n".join([b"M"] * (size // 2))),
    "p7m in base64, large": (
        INVOICE,
        "a.p7m",
        lambda size: in_base64(signed(_fatturapa(size * 7 // 10))),
    ),
    "p7m of sequences": (
        INVOICE,
        "a.p7m",
        lambda size: definite(0x30, _repeated(b"\x30\x80", size)),
    ),
    "PDF of objects": (INVOICE, "a.pdf", _pdf_objects),
    "PDF without its table": (INVOICE, "a.pdf", _pdf_without_table),
    "PDF of broken objects": (INVOICE, "a.pdf", _pdf_broken),
    "PDF with a large invoice": (INVOICE, "a.pdf", lambda size: in_pdf(_fatturapa(size))),
    "PDF with an invoice and a tail": (INVOICE, "a.pdf", lambda size: in_pdf(cii().encode()) + b" " * size),
    "ZIP of refused files": (INVOICE, "a.zip", _zip_refused),
    "ZIP of invoices": (INVOICE, "a.zip", _zip_invoices),
    "ZIP of packed files": (INVOICE, "a.zip", _zip_packed),
    "trace of empty lines": (TRACE, "RITCOGE.txt", lambda size: _repeated(b"\r\n", size)),
    "trace of short lines": (TRACE, "RITCOGE.txt", lambda size: _repeated(b"1\r\n", size)),
    "trace of one line": (TRACE, "RITCOGE.txt", lambda size: _repeated(b"x", size)),
    "trace, large": (
        TRACE,
        "RITCOGE.txt",
        lambda size: trace(*(pay("-10.00", entry=number) for number in range(1, size // 2_400))),
    ),
    "JSON trace of empty elements": (TRACE, "RITCOGE.json", lambda size: _json_list(b"{}", size)),
    "JSON trace of numbers": (TRACE, "RITCOGE.json", lambda size: _json_list(b"1", size)),
    "JSON trace of names": (TRACE, "RITCOGE.json", _names),
    "JSON trace of one number": (TRACE, "RITCOGE.json", _numbers),
    "JSON trace of depth": (TRACE, "RITCOGE.json", lambda size: b"[" * (size // 2) + b"]" * (size // 2)),
    "sales CSV of columns": (SALES, "a.csv", _columns),
    "sales CSV of rows": (SALES, "a.csv", _rows),
    "sales CSV of empty rows": (
        SALES,
        "a.csv",
        lambda size: csv_of(row()).partition(b"\n")[0] + b"\n" + _repeated(b",\n", size),
    ),
    "sales JSON of empty elements": (SALES, "a.json", lambda size: _json_list(b"{}", size)),
    "sales JSON of names": (SALES, "a.json", _names),
}
"""Source, name of the file, and what makes so many bytes of it, by what the file is."""


def kinds() -> dict[str, Any]:
    """What there is."""
    return {"kinds": list(FILES)}


def write(path: str, kind: str, size: int) -> dict[str, Any]:
    """Writes a file of that kind of about so many bytes; its source and its name."""
    source, name, make = FILES[kind]
    data = make(size)
    Path(path).write_bytes(data)
    return {"source": source, "name": name, "byte_count": len(data)}
