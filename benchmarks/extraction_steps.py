"""Parsing e-invoices and extracting their records, by turns. Runs in a child."""

from __future__ import annotations

import time
from typing import Any

from lxml import etree

from assets.invoices.readers import read_documents
from samples.european_files import cii_of_size, ubl_of_size
from samples.invoice_files import of_size

_PASSES = 5


def extract(form: str, size: int, files: int, is_indented: bool) -> dict[str, Any]:
    """Seconds of this process for both over so many different files, each parsed and then extracted.

    The least of several passes counts for either, since whatever else the machine does only adds.
    """
    contents = [_content(form, size, number, is_indented=is_indented) for number in range(1, files + 1)]
    read_documents(contents[0], "first.xml")
    floors, readers = [], []
    for _ in range(_PASSES):
        floor = reader = 0.0
        documents = 0
        for content in contents:
            started = time.process_time()
            etree.fromstring(content)
            parsed = time.process_time()
            read = read_documents(content, "invoice.xml")
            ended = time.process_time()
            floor += parsed - started
            reader += ended - parsed
            documents += len(read.documents)
        floors.append(floor)
        readers.append(reader)
    return {"floor": min(floors), "reader": min(readers), "documents": documents}


def _content(form: str, size: int, number: int, *, is_indented: bool) -> bytes:
    if form == "UBL":
        return ubl_of_size(size, number)
    return cii_of_size(size, number) if form == "CII" else of_size(size, number, is_indented=is_indented)
