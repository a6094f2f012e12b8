"""What programs say in the language of their user, and which sync error that is (T11)."""

from __future__ import annotations

import pytest

from assets.sync.errors import sync_error_codes
from assets.sync.targets.phrases import Phrase, code_of, phrases

ROWS = [phrase for program in ("exact", "yuki", "tryton") for phrase in phrases(program)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.program}-{row.language_code}-{row.words[0]}")
def test_t11_no_row_hides_behind_an_earlier_one_of_another_meaning(row: Phrase) -> None:
    message = " 4000 ".join(words.upper() for words in row.words)

    assert row.sync_error_code in sync_error_codes()
    assert code_of(row.program, f"Fout: {message}.") == row.sync_error_code


def test_words_in_another_order_or_of_another_program_mean_nothing() -> None:
    assert code_of("exact", "afgesloten is de Periode 2026-09") is None
    assert code_of("yuki", "Il periodo 2026-09 è chiuso") is None
    assert code_of("exact", "") is None


def test_apostrophes_blanks_and_accents_are_compared_as_people_read_them() -> None:
    assert code_of("exact", "L’exercice\u00a02031\nn’existe pas") == "period_closed"
    assert code_of("exact", "La pe\u0301riode 9 est clo\u0302ture\u0301e") == "period_closed"
