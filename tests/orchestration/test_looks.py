"""Looks at an inbox while its files move: between commit and move, while moving, two at once (D12, D13)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from assets.detection import inbox
from assets.detection.inbox import is_dropped_again, keep
from assets.home import Place
from orchestration import deliveries, imports
from orchestration.deliveries import DeliveryImports, InvoiceInbox, gather
from orchestration.imports import TRACES, FileImports, FileSource, Inbox, TraceImports, current_settings, look
from orchestration.sales_imports import SALES, SalesImports
from samples.invoice_files import body, fatturapa, party
from samples.payments import pay, trace
from samples.sales_files import csv_of, row
from tests.orchestration.conftest import AT_ONCE, MakePipeline
from tests.support.invoice_ledgers import DATA as INVOICE_DATA
from tests.support.pipelines import Pipeline
from tests.support.sales import DATA

REMARKS: Final = (
    "SELECT finding_code FROM ledger.finding "
    "WHERE finding_code IN ('file_already_imported', 'sales_file_repeated')"
)


class Dropped(NamedTuple):
    """An inbox, how its files are imported, and a file for it."""

    source: FileSource
    importer: type[FileImports]
    name: str
    data: bytes
    status: str


INBOXES: Final = (
    Dropped(TRACES, TraceImports, "RITCOGE.txt", trace(pay("-10.00", "FT-1")), "posted"),
    Dropped(TRACES, TraceImports, "RITCOGE.txt", trace(pay("-10.00", account="1599999")), "failed"),
    Dropped(SALES, SalesImports, "a.csv", csv_of(row()), "posted"),
    Dropped(SALES, SalesImports, "a.csv", csv_of(row(vat_rate="10")), "failed"),
)
every_inbox: Final = pytest.mark.parametrize(
    "dropped", INBOXES, ids=[f"{each.source.source_kind}-{each.status}" for each in INBOXES]
)


@pytest.fixture
def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    """A home that takes traces and sales invoices at the first look."""
    return make_pipeline(DATA.replace(settings=(AT_ONCE,)))


def place_of(pipeline: Pipeline, dropped: Dropped) -> Place:
    """Where the files of this inbox stand."""
    return dropped.source.place(pipeline.home)


def drop(pipeline: Pipeline, dropped: Dropped) -> Path:
    """The file, in its inbox."""
    path = place_of(pipeline, dropped).inbox / dropped.name
    path.write_bytes(dropped.data)
    return path


def looked(pipeline: Pipeline, dropped: Dropped) -> Inbox:
    """What a look finds now."""
    ledger = pipeline.ledger_home.ledger
    return look(pipeline.home, ledger, current_settings(ledger), source=dropped.source)


def imported(pipeline: Pipeline, dropped: Dropped, meanwhile: Callable[[Callable[[], None]], None]) -> str:
    """Imports the one file that waits; what `meanwhile` does happens between its commit and its move, which
    it may carry out itself. The key of the file.
    """
    (key,) = looked(pipeline, dropped).keys

    class Interrupted(dropped.importer):  # type: ignore[name-defined,misc]
        def _keep(self, outcome: object, path: Path) -> None:
            meanwhile(lambda: super(Interrupted, self)._keep(outcome, path))
            super()._keep(outcome, path)

    with Interrupted(pipeline.home, pipeline.ledger_home.ledger, "run") as run:
        run.load_reference()
        assert run.import_key(key).status == dropped.status
    return str(key)


def standing(pipeline: Pipeline, dropped: Dropped) -> list[str]:
    """Which folders hold a file of the source: the inbox, the processed ones, the failed ones."""
    place = place_of(pipeline, dropped)
    folders = {"inbox": place.inbox, "processed": place.processed, "failed": place.failed}
    return [
        name
        for name, folder in folders.items()
        if folder.is_dir() and any(path.is_file() for path in folder.iterdir())
    ]


@every_inbox
def test_d13_a_look_between_commit_and_move_reports_no_repetition(
    pipeline: Pipeline, dropped: Dropped
) -> None:
    found: list[Inbox] = []
    drop(pipeline, dropped)
    imported(pipeline, dropped, lambda move: found.append(looked(pipeline, dropped)))
    assert found == [Inbox((), (), 1)]
    assert standing(pipeline, dropped) == ["processed" if dropped.status == "posted" else "failed"]
    assert pipeline.ask(REMARKS) == []
    assert looked(pipeline, dropped) == Inbox((), (), 0)


@every_inbox
def test_d13_a_file_that_is_moved_while_a_look_judges_it_is_not_repeated(
    pipeline: Pipeline, dropped: Dropped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look saw the file in the inbox and its import in the ledger; then the file was moved."""
    ask = imports.known_imports
    found: list[Inbox] = []

    def look_while(move: Callable[[], None]) -> None:
        def ask_then_move(*arguments: object) -> dict[str, str]:
            answer = ask(*arguments)  # type: ignore[arg-type]
            move()
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(imports, "known_imports", ask_then_move)
            found.append(looked(pipeline, dropped))

    drop(pipeline, dropped)
    imported(pipeline, dropped, look_while)
    assert [each.again for each in found] == [()]
    assert pipeline.ask(REMARKS) == []
    assert standing(pipeline, dropped) == ["processed" if dropped.status == "posted" else "failed"]


@every_inbox
def test_d12_of_two_looks_at_once_one_takes_the_file_that_was_dropped_again(
    pipeline: Pipeline, dropped: Dropped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look ends while the first one has seen the file and has not judged it."""
    drop(pipeline, dropped)
    imported(pipeline, dropped, lambda move: None)
    drop(pipeline, dropped)
    keep_second = imports._keep_second
    others: list[Inbox] = []

    def look_first(*arguments: object) -> bool:
        monkeypatch.setattr(imports, "_keep_second", keep_second)
        others.append(looked(pipeline, dropped))
        return keep_second(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "_keep_second", look_first)
    first = looked(pipeline, dropped)
    is_posted = dropped.status == "posted"
    assert [len(each.again) for each in (*others, first)] == [0 if is_posted else 1, 0]
    assert len(pipeline.ask(REMARKS)) == (1 if is_posted else 0)
    assert standing(pipeline, dropped) == ["processed" if is_posted else "failed"]


def test_d12_a_file_whose_import_is_deleted_while_a_look_judges_it_waits_as_a_new_one(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = INBOXES[0]
    drop(pipeline, dropped)
    key = imported(pipeline, dropped, lambda move: None)
    path = drop(pipeline, dropped)
    keep_second = imports._keep_second

    def delete_first(*arguments: object) -> bool:
        with pipeline.ledger_home.ledger.writing("delete") as workbench:
            workbench.execute(
                "UPDATE ledger.file_import SET partition_key = partition_key || '#1', status = 'deleted'"
            )
        return keep_second(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "_keep_second", delete_first)
    assert looked(pipeline, dropped).keys == []
    assert path.exists()
    assert [file.partition_key for file in looked(pipeline, dropped).new] == [key]


def test_d13_a_file_on_its_way_to_another_file_system_is_not_dropped_again(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a moment it stands in both places."""
    dropped = INBOXES[0]
    path, place = drop(pipeline, dropped), place_of(pipeline, dropped)
    file = inbox.identify(path)
    assert file is not None
    key, content = file.partition_key, file.content_sha256
    replace, unlink = Path.replace, Path.unlink
    judged: list[tuple[bool, bool]] = []

    def refuse_across(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(18, "Invalid cross-device link")
        return replace(self, target)

    def judge_first(self: Path, missing_ok: bool = False) -> None:
        if self == path:
            judged.append(((place.processed / key).exists(), is_dropped_again(path, place, key, content)))
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "replace", refuse_across)
    monkeypatch.setattr(Path, "unlink", judge_first)
    keep(path, place.processed, key, content)
    assert judged == [(True, False)]
    drop(pipeline, dropped)
    assert is_dropped_again(path, place, key, content)
    assert [each.name for each in place.processed.iterdir() if each.is_file()] == [key]


def test_f02_two_looks_at_once_gather_each_e_invoice_once(
    make_pipeline: MakePipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look gathers while the first one has asked what is known and has noted nothing."""
    pipeline = make_pipeline(INVOICE_DATA.replace(settings=(*INVOICE_DATA.settings, AT_ONCE)))
    home, ledger = pipeline.home, pipeline.ledger_home.ledger
    with DeliveryImports(home, ledger, "run") as run:
        run.load_reference()
        supplier, customer = party("09990149990"), party("09990019995")
        for number in ("1", "2"):
            document = fatturapa(body(number), supplier=supplier, customer=customer)
            (home.invoice_inbox / f"IT0{number}.xml").write_bytes(document.encode())
        note = deliveries._note
        others: list[tuple[str, ...]] = []

        def look_first(*arguments: object) -> None:
            monkeypatch.setattr(deliveries, "_note", note)
            others.append(gather(home, ledger, current_settings(ledger)).waiting)
            note(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(deliveries, "_note", look_first)
        first = gather(home, ledger, current_settings(ledger))
        assert others == [first.waiting]
        assert pipeline.ask("SELECT source_file FROM ledger.dropped_file ORDER BY ALL") == [
            ("IT01.xml",),
            ("IT02.xml",),
        ]


def test_d13_a_look_between_commit_and_move_finds_no_e_invoice_again(make_pipeline: MakePipeline) -> None:
    pipeline = make_pipeline(INVOICE_DATA.replace(settings=(*INVOICE_DATA.settings, AT_ONCE)))
    home, ledger = pipeline.home, pipeline.ledger_home.ledger
    document = fatturapa(body("1"), supplier=party("09990149990"), customer=party("09990019995"))
    (home.invoice_inbox / "IT01.xml").write_bytes(document.encode())
    (key,) = gather(home, ledger, current_settings(ledger)).waiting
    found: list[InvoiceInbox] = []

    class Interrupted(DeliveryImports):
        def _keep(self, files: object, prepared: object) -> None:
            found.append(gather(home, ledger, current_settings(ledger)))
            super()._keep(files, prepared)  # type: ignore[arg-type]

    with Interrupted(home, ledger, "run") as run:
        run.import_delivery(key)
    assert found == [InvoiceInbox((), 1)]
    assert gather(home, ledger, current_settings(ledger)) == InvoiceInbox((), 0)
    assert pipeline.ask("SELECT count(*) FROM ledger.file_import") == [(1,)]
    assert not list(home.invoice_inbox.glob("*.xml"))
