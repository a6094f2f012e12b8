"""The layouts of the exports, and the characters that the receiver allows."""

from __future__ import annotations

import pytest

from assets.exports.characters import ALLOWED, replaced
from assets.exports.layout import LayoutName, export_layout


@pytest.mark.parametrize(("name", "width", "fields"), [("open_items", 535, 41), ("registry", 764, 38)])
def test_e01_a_layout_covers_its_line_from_the_first_character_to_the_last(
    name: LayoutName, width: int, fields: int
) -> None:
    """E01, E02: no gap, no overlap; fillers belong to the width."""
    layout = export_layout(name)
    assert (layout.width, len(layout.fields)) == (width, fields)
    json_names = [field.json_name for field in layout.fields if field.json_name]
    assert len(set(json_names)) == len(json_names)


def test_e01_what_identifies_an_item_is_never_cut() -> None:
    """E01, E03: a key, an account or a code that was cut would be another one."""
    refusing = {field.name for field in export_layout("open_items").fields if field.on_misfit == "refuse"}
    assert {"open_item_key", "account", "company", "currency", "amount", "iban"} <= refusing


def test_e07_allowed_are_the_printable_characters_of_code_page_1252() -> None:
    """E07: no control character, no blank but the space, no soft hyphen."""
    assert len(ALLOWED) == 216
    assert set("Aàé€Œž ~") <= ALLOWED
    assert not ALLOWED & set("\t\n\r\x7f\x81\xa0\xad\u2028ЖőŁ")


@pytest.mark.parametrize(
    ("text", "instead", "count"),
    [
        ("Società à responsabilità €", "Società à responsabilità €", 0),
        ("Erdős ﬁló", "Erdos filó", 2),
        ("one\r\ntwo\tthree", "one  two three", 3),
        ("no\u00a0break, soft\u00adhyphen, zero\u200bwidth", "no break, soft hyphen, zero width", 3),
        ("Жук 漢", "??? ?", 4),
        ("e\u0301te\u0301", "été", 0),
        ("①½", "1½", 1),
        ("", "", 0),
    ],
)
def test_e07_other_characters_are_replaced_and_counted(text: str, instead: str, count: int) -> None:
    """E07: by what Unicode says is compatible, by a blank, or by a question mark."""
    assert replaced(text) == (instead, count)
    assert set(instead) <= ALLOWED
