"""SOAP 1.1 as far as one operation with simple parameters needs it, over the safe parser of strangers' XML.

Belongs here: the envelope, its answer, and faults. Does not: what an operation means (the targets).

Written by hand: a library would read the service's description at every start, which is one call more and
one document more to trust, and would hide which spelling of a parameter is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from assets.invoices.model import UnreadableDocumentError
from assets.invoices.xml_text import local_name, parse

ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"

_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FaultError(Exception):
    """The service answered by a fault. `is_of_the_call`: it found the call wrong, and did not break off."""

    def __init__(self, fault_code: str, words: str) -> None:
        super().__init__(words)
        self.words = words
        self.is_of_the_call = fault_code.rpartition(":")[2] == "Client"


def element(name: str, *children: etree._Element, text: str | None = None) -> etree._Element:
    """An element with a text or with children. Characters that XML does not have are left out."""
    made = etree.Element(name)
    made.extend(children)
    if text is not None:
        made.text = _NO_XML.sub("", text)
    return made


def envelope(namespace: str, operation: str, parameters: Mapping[str, str | etree._Element]) -> bytes:
    """The call of an operation. An element given as a parameter stands inside of it, as XML."""
    call = etree.Element(f"{{{namespace}}}{operation}", nsmap={None: namespace})  # type: ignore[dict-item]
    for name, value in parameters.items():
        parameter = etree.SubElement(call, f"{{{namespace}}}{name}")
        if isinstance(value, str):
            parameter.text = _NO_XML.sub("", value)
        else:
            parameter.append(value)
    body = etree.Element(f"{{{ENVELOPE}}}Body")
    body.append(call)
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    root.append(body)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def result(body: bytes, operation: str) -> etree._Element:
    """The element `<operation>Result` of an answer.

    Raises:
        FaultError: if the answer is a fault.
        ValueError: if it is no answer of this operation.
    """
    try:
        root = parse(body)
    except UnreadableDocumentError as error:
        raise ValueError("no XML") from error
    content = next((each for each in root if local_name(each.tag) == "Body"), None)
    answered = content[0] if content is not None and len(content) else None
    if local_name(root.tag) != "Envelope" or answered is None:
        raise ValueError("no SOAP")
    if local_name(answered.tag) == "Fault":
        raise FaultError(text_of(answered, "faultcode"), text_of(answered, "faultstring"))
    found = first(answered, f"{operation}Result")
    if local_name(answered.tag) != f"{operation}Response" or found is None:
        raise ValueError(f"no answer to {operation}")
    return found


def first(parent: etree._Element, name: str) -> etree._Element | None:
    """The first element of this name below another one, whatever its namespace."""
    return next(iter(every(parent, name)), None)


def every(parent: etree._Element, name: str) -> Iterable[etree._Element]:
    """All elements of this name below another one, in the order of the document."""
    return (each for each in parent.iterdescendants() if local_name(each.tag) == name)


def text_of(parent: etree._Element, name: str) -> str:
    """The text of the first element of this name below another one; empty if there is none."""
    found = first(parent, name)
    return (found.text or "").strip() if found is not None else ""
