"""R17: an archive of which very many files are refused is refused as a whole, and its neighbours are read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from assets.invoices import limits
from assets.invoices.containers import members
from assets.invoices.prepare import DroppedFile, prepare_delivery
from samples.invoice_files import fatturapa

RECEIVED_AT: Final = dt.datetime(2026, 10, 19, 8, tzinfo=dt.UTC)


def archive(path: Path, contents: dict[str, str]) -> DroppedFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, text in contents.items():
            file.writestr(name, text)
    path.write_bytes(stream.getvalue())
    return DroppedFile(path, f"{path.name}@000000", path.name, RECEIVED_AT)


def refused(count: int) -> dict[str, str]:
    return {f"r{number}.xml": str(number) for number in range(count)}


def read(*files: DroppedFile) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[Any]]:
    """The parts with their readers, what was found in which part, and the parts that hold documents."""
    delivery = prepare_delivery("D", files, {})
    parts, found = delivery.parts.to_pylist(), delivery.part_findings.to_pylist()
    return (
        [(row["file_number"], row["source_file"], row["reader_name"]) for row in parts],
        [(row["file_number"], row["finding_code"], row["raw_value"]) for row in found],
        delivery.frames["document"]["file_number"].to_pylist(),
    )


def test_r17_an_archive_with_too_many_refused_files_is_one_finding_and_nothing_else_is_kept_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_REFUSED_MEMBERS", 3)
    files = (
        archive(tmp_path / "a.zip", {"good.xml": fatturapa(), **refused(3)}),
        archive(
            tmp_path / "b.zip", {"other.xml": fatturapa().replace("<Numero>", "<Numero>9"), **refused(9)}
        ),
        archive(tmp_path / "c.zip", {"last.xml": fatturapa().replace("<Numero>", "<Numero>8")}),
    )

    parts, findings, documents = read(*files)

    assert parts == [
        (1, "a.zip/good.xml", "fatturapa"),
        (2, "a.zip/r0.xml", None),
        (3, "a.zip/r1.xml", None),
        (4, "a.zip/r2.xml", None),
        (5, "b.zip", None),
        (6, "c.zip/last.xml", "fatturapa"),
    ]
    assert [found[:2] for found in findings] == [
        (2, "R17"),
        (3, "R17"),
        (4, "R17"),
        (5, "R17"),
    ]
    assert findings[-1][2] == "more than 3 files that are no e-invoices"
    assert documents == [1, 6]


def test_r17_a_file_in_which_something_unforeseen_is_met_at_the_limit_is_one_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_REFUSED_MEMBERS", 2)
    file = archive(tmp_path / "a.zip", refused(2))
    monkeypatch.setattr("assets.invoices.prepare.members", _broken_after(2))

    parts, findings, _ = read(file)

    assert [row[1] for row in parts] == ["a.zip/r0.xml", "a.zip/r1.xml", "a.zip"]
    assert [row[1] for row in findings] == ["R17"] * 2 + ["delivered_file_unexpected_error"]


def _broken_after(count: int) -> Any:
    """The members of an archive up to one at which reading breaks."""

    def some(path: Path, name: str) -> Any:
        for number, member in enumerate(members(path, name)):
            yield member
            if number + 1 == count:
                raise RuntimeError("a fault of ours")

    return some
