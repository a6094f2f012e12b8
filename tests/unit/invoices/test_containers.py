"""A delivered file is itself or an archive; what an archive must not hold is refused, the rest read (R17)."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from assets.errors import SourceFileChangedError
from assets.findings import Finding
from assets.invoices import containers, limits
from assets.invoices.containers import LeftOut, Member, members
from samples.invoice_files import archive, fatturapa, in_base64, signed
from tests.unit.invoices.reading import Refused, refused, within_a_second

FIRST, LAST = Member("c.zip/a.xml", b"<a/>"), Member("c.zip/z.xml", b"<z/>")
GOOD = {"a.xml": b"<a/>", "z.xml": b"<z/>"}
PACKED = "a file packed at most 200 times smaller than it is"
SMALL = "a file of at most 24 MiB"
FEW = "an archive of at most 200000 files"
SIZE = "a whole file with the size and the check sum that the archive names"


def held(tmp_path: Path, data: bytes, name: str = "c.zip") -> list[Member | LeftOut | Refused]:
    """What a file holds, found within a second."""
    path = tmp_path / "dropped"
    path.write_bytes(data)
    found = within_a_second(lambda: list(members(path, name)))
    return [refused(each) if isinstance(each, Finding) else each for each in found]


def names(tmp_path: Path, data: bytes) -> list[str]:
    """The names of members and findings, in their order."""
    path = tmp_path / "dropped"
    path.write_bytes(data)
    return [each.source_file if isinstance(each, Finding) else each.name for each in members(path, "c.zip")]


def with_member(info: zipfile.ZipInfo, data: bytes = b"<m/>") -> bytes:
    """An archive in which this member stands between two good ones."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a.xml", b"<a/>")
        written.writestr(info, data, compress_type=info.compress_type or zipfile.ZIP_DEFLATED)
        written.writestr("z.xml", b"<z/>")
    return stream.getvalue()


def patched(data: bytes, name: str, offset: int, value: bytes) -> bytes:
    """The archive with other bytes in the directory's entry of this member, at the format's offset."""
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    return data[: entry + offset] + value + data[entry + offset + len(value) :]


def test_a_single_file_is_its_own_member_whatever_its_name(tmp_path: Path) -> None:
    data = fatturapa().encode()
    assert held(tmp_path, data, "fattura.xml") == [Member("fattura.xml", data)]
    assert held(tmp_path, archive(GOOD), "fattura.xml.p7m") == [
        Member("fattura.xml.p7m/a.xml", b"<a/>"),
        Member("fattura.xml.p7m/z.xml", b"<z/>"),
    ]


def test_members_come_in_the_order_of_the_archive_without_folders(tmp_path: Path) -> None:
    files = [("2026/", b""), ("2026/z.xml", b"<z/>"), ("a.xml", b"<a/>")]
    assert held(tmp_path, archive(files)) == [Member("c.zip/2026/z.xml", b"<z/>"), FIRST]
    assert held(tmp_path, archive(files, packed=False)) == [Member("c.zip/2026/z.xml", b"<z/>"), FIRST]


OFFICE = archive({"_rels/.rels": b"<r/>", "[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"})
OPEN_OFFICE = archive(
    {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<c/>"}, packed=False
)
NO_DOCUMENTS = {
    "Thumbs.db": b"\xd0\xcf\x11\xe0",
    "2026/thumbs.DB": b"",
    ".DS_Store": b"\x00\x00\x00\x01Bud1",
    "__MACOSX/._m.xml": b"\x00\x05\x16\x07",
    "2026/__MACOSX/m.xml": b"\x00\x05\x16\x07",
    "._m.xml": b"\x00\x05\x16\x07",
    "~$m.xlsx": b"\x05anna",
    "desktop.ini": b"[.ShellClassInfo]\r\n",
    "m.csv": b"Numero;Data\r\n1;2026-10-05\r\n",
    "m.TXT": b"See the list",
    "m.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "m.xlsx": OFFICE,
    "m.ods": OPEN_OFFICE,
    "m.jpg": b"\xff\xd8\xff\xe0",
    "m.2026.10.png": b"\x89PNG\r\n\x1a\n",
    "m.json": b'{"files": 2}',
}


@pytest.mark.parametrize("name", NO_DOCUMENTS)
def test_f12_what_is_no_document_is_left_out_of_an_archive_and_never_a_file_alone(
    tmp_path: Path, name: str
) -> None:
    data = NO_DOCUMENTS[name]
    files = [("a.xml", b"<a/>"), (name, data), ("z.xml", b"<z/>")]
    assert held(tmp_path, archive(files)) == [FIRST, LeftOut(f"c.zip/{name}"), LAST]
    if not data.startswith(b"PK"):
        assert held(tmp_path, data, name) == [Member(name, data)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("m.txt", b"<FatturaElettronica"),
        ("m.csv", signed(b"<a/>")[:80]),
        ("m.txt", in_base64(signed(b"<a/>"))),
        ("Thumbs.db", b"\xef\xbb\xbf<a/>"),
        ("__MACOSX/m.xml", b"<a/>"),
        (".m.xml", b"  <a"),
        ("m.png", b"%PDF-1.7\n"),
        ("m.xml.txt", b"no XML at all"),
        ("m.p7m.csv", b""),
        ("m.xml", b"no XML at all"),
        ("m.pdf", b"no PDF at all"),
        ("m", b"no ending"),
        ("m.exe", b"MZ"),
        ("m.eml", b"From: anna"),
        ("m.html", b"<html>"),
    ],
)
def test_f12_what_may_have_been_a_document_is_read_and_never_left_out(
    tmp_path: Path, name: str, data: bytes
) -> None:
    files = [("a.xml", b"<a/>"), (name, data), ("z.xml", b"<z/>")]
    assert held(tmp_path, archive(files)) == [FIRST, Member(f"c.zip/{name}", data), LAST]


def test_f12_an_archive_that_calls_itself_a_list_is_refused_and_not_left_out(tmp_path: Path) -> None:
    expected = Refused("a file and no archive inside of an archive")
    for name, data in (("m.xlsx", archive(GOOD)), ("m.zip", OFFICE), ("m", OFFICE)):
        files = [("a.xml", b"<a/>"), (name, data), ("z.xml", b"<z/>")]
        assert held(tmp_path, archive(files)) == [FIRST, expected, LAST]


def test_f12_a_list_that_is_too_large_to_be_read_is_left_out_by_how_it_begins(tmp_path: Path) -> None:
    for name, data, expected in (
        ("m.csv", b"0;" * 12_000_000, LeftOut("c.zip/m.csv")),
        ("m.csv", b"<" + b" " * 24_000_000, Refused(PACKED)),
        ("m.xml", b"0;" * 12_000_000, Refused(PACKED)),
    ):
        assert held(tmp_path, with_member(zipfile.ZipInfo(name), data)) == [FIRST, expected, LAST]


@pytest.mark.parametrize(
    "name",
    ["../m.xml", "x/../../m.xml", "/etc/m.xml", "..\\m.xml", "C:\\m.xml", "\\\\server\\m.xml"],
)
def test_r17_a_member_whose_name_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    expected = Refused("a name that stays within the archive")
    assert held(tmp_path, with_member(zipfile.ZipInfo(name))) == [FIRST, expected, LAST]


def test_r17_a_link_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("m.xml")
    info.external_attr = 0o120777 << 16
    assert held(tmp_path, with_member(info, b"/etc/passwd")) == [FIRST, Refused("a file and no link"), LAST]


def test_r17_an_archive_inside_of_an_archive_is_refused_and_not_opened(tmp_path: Path) -> None:
    data = with_member(zipfile.ZipInfo("m.xml"), archive(GOOD))
    assert held(tmp_path, data) == [FIRST, Refused("a file and no archive inside of an archive"), LAST]


def test_r17_of_two_members_with_one_name_the_first_is_read(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = archive([("a.xml", b"<a/>"), ("a.xml", b"<b/>"), ("z.xml", b"<z/>")])
    assert held(tmp_path, data) == [
        FIRST,
        Refused("a name that no other file of the archive has"),
        LAST,
    ]
    assert names(tmp_path, data) == ["c.zip/a.xml", "c.zip/a.xml", "c.zip/z.xml"]


def test_r17_an_encrypted_member_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    data = patched(with_member(zipfile.ZipInfo("m.xml")), "m.xml", 8, b"\x01\x00")
    assert held(tmp_path, data) == [FIRST, Refused("a file without a password"), LAST]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_r17_a_member_packed_in_another_way_is_refused(tmp_path: Path, method: int) -> None:
    info = zipfile.ZipInfo("m.xml")
    info.compress_type = method
    expected = Refused("a file that is stored or deflated")
    assert held(tmp_path, with_member(info)) == [FIRST, expected, LAST]


def test_r17_a_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    bomb = with_member(zipfile.ZipInfo("m.xml"), b" " * limits.MAX_FILE_BYTES)
    assert held(tmp_path, bomb) == [FIRST, Refused(PACKED), LAST]


def test_r17_a_member_larger_than_a_file_may_be_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("m.xml")
    data = with_member(info, os.urandom(1000))
    size = struct.pack("<L", limits.MAX_FILE_BYTES + 1)
    assert held(tmp_path, patched(data, "m.xml", 24, size)) == [
        FIRST,
        Refused(SMALL),
        LAST,
    ]


def test_r17_a_bomb_that_says_it_is_small_is_refused_at_the_size_it_names(tmp_path: Path) -> None:
    bomb = with_member(zipfile.ZipInfo("m.xml"), b" " * limits.MAX_FILE_BYTES)
    assert held(tmp_path, patched(bomb, "m.xml", 24, struct.pack("<L", 4_000))) == [
        FIRST,
        Refused(SIZE),
        LAST,
    ]


@pytest.mark.parametrize("change", [-1, 1, 1000])
def test_r17_a_member_of_another_size_than_named_is_refused(tmp_path: Path, change: int) -> None:
    text = os.urandom(300).hex().encode()
    data = with_member(zipfile.ZipInfo("m.xml"), text)
    size = struct.pack("<L", len(text) + change)
    assert held(tmp_path, patched(data, "m.xml", 24, size)) == [FIRST, Refused(SIZE), LAST]


def test_r17_a_member_with_a_wrong_check_sum_is_refused(tmp_path: Path) -> None:
    data = patched(with_member(zipfile.ZipInfo("m.xml")), "m.xml", 16, b"\x00\x00\x00\x00")
    assert held(tmp_path, data) == [FIRST, Refused(SIZE), LAST]


def test_r17_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    data = with_member(zipfile.ZipInfo("m.xml"))
    assert held(tmp_path, patched(data, "m.xml", 42, b"\x00\x00\x00\x00")) == [
        FIRST,
        Refused("a file that shares no bytes with another one"),
        LAST,
    ]


def test_r17_an_archive_that_is_too_large_as_a_whole_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ARCHIVE_BYTES", 7)
    assert held(tmp_path, archive(GOOD)) == [Refused("an archive of at most 8 GiB when unpacked")]
    monkeypatch.setattr(limits, "MAX_ARCHIVE_BYTES", 8)
    assert held(tmp_path, archive(GOOD)) == [FIRST, LAST]


def test_r17_an_archive_of_too_many_files_is_refused_before_its_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MEMBERS", 1)
    assert held(tmp_path, archive(GOOD)) == [Refused(FEW)]
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MEMBERS", 2)
    assert held(tmp_path, archive(GOOD)) == [FIRST, LAST]
    monkeypatch.setattr(containers, "_MAX_DIRECTORY_BYTES", 50)
    assert held(tmp_path, archive(GOOD)) == [Refused(FEW)]


def test_r17_the_directory_of_an_archive_beyond_65535_files_is_measured_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = archive({f"{number}.xml": b"" for number in range(66_000)}, packed=False)
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MEMBERS", 65_999)
    assert held(tmp_path, data) == [Refused(FEW)]
    monkeypatch.setattr(limits, "MAX_ARCHIVE_MEMBERS", 66_000)
    monkeypatch.setattr(containers, "_MAX_DIRECTORY_BYTES", 3_000_000)
    assert held(tmp_path, data) == [Refused(FEW)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (archive(GOOD)[:-30], "a whole ZIP archive"),
        (archive(GOOD)[:20], "a whole ZIP archive"),
        (archive({}), "an archive with at least one file"),
        (archive({"2026/": b""}), "an archive with at least one file"),
        (b"<a/>", "a ZIP archive"),
        (b"", "a ZIP archive"),
    ],
)
def test_r17_what_is_no_archive_with_files_is_refused(tmp_path: Path, data: bytes, expected: str) -> None:
    assert held(tmp_path, data) == [Refused(expected)]


def test_r17_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 4)
    assert held(tmp_path, b"<ab/>", "a.xml") == [Refused(SMALL)]
    assert held(tmp_path, b"<a/>", "a.xml") == [Member("a.xml", b"<a/>")]


def test_a_file_that_has_vanished_is_an_operating_error(tmp_path: Path) -> None:
    with pytest.raises(SourceFileChangedError):
        list(members(tmp_path / "gone.xml", "gone.xml"))
