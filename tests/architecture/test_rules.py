"""Rules that a machine can hold: how SQL is written, what things are called, how tests are written."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import duckdb

from assets.ledger.store import Ledger
from tests.support.flow import blocks

ROOT: Final = Path(__file__).resolve().parents[2]
PRODUCT: Final = sorted(
    path for folder in ("assets", "orchestration") for path in (ROOT / folder).rglob("*.py")
)
MIGRATIONS: Final = sorted((ROOT / "assets").glob("ledger/migrations/*.sql"))
TESTS: Final = sorted((ROOT / "tests").rglob("*.py"))

COMPUTED_SQL: Final = {
    ("assets/ledger/store.py", "ATTACH '"): "the name of a file cannot be a parameter of ATTACH",
    (
        "assets/ledger/store.py",
        'SELECT bit_xor(hash(COLUMNS(*))) FROM ledger."',
    ): "every table by its name, which the database itself says",
    (
        "assets/ledger/listing.py",
        "SELECT *",
    ): "the texts of statement files, columns that lists declare, a limit",
    (
        "assets/ledger/listing.py",
        "CREATE OR REPLACE TEMP TABLE asked_row AS SELECT *, row_number() OVER (",
    ): "the texts of statement files, columns that lists declare, a limit",
    (
        "assets/ledger/given.py",
        "WITH given AS (\n",
    ): "the texts of statement files",
    ("assets/statements.py", "SELECT count(*) FROM "): "tables by their names, which the program knows",
    (
        "assets/statements.py",
        "SELECT coalesce(max(",
    ): "tables and columns by their names, which the program knows",
    ("orchestration/storage.py", 'SELECT 1 FROM "'): "tables by their names, which the program knows",
    (
        "assets/traces/prepare.py",
        "CREATE OR REPLACE TEMP TABLE found_now AS ",
    ): "the texts of statement files",
    (
        "assets/sales/posting.py",
        "CREATE OR REPLACE TEMP TABLE found_in_sales AS ",
    ): "the texts of statement files",
    (
        "assets/invoices/registering.py",
        "CREATE OR REPLACE TEMP TABLE found_in_documents AS ",
    ): "the texts of statement files",
}
"""Where a statement is put together, by what it begins with, and why that is safe."""

OWN_SQL: Final = {
    "assets/ledger/migrating.py": "the table of the steps is there before any statement may be asked",
    "assets/ledger/store.py": "what the database says of itself, before the ledger is one of ours",
    "orchestration/storage.py": "Dagster's own databases, which are SQLite",
}
"""Modules with statements that stand in no file of a stage, beside those that are put together."""

NAMES_BY_TYPE: Final = {
    "BOOLEAN": r"(is|has)_\w+",
    "DATE": r"\w+_date",
    "TIMESTAMP": r"\w+_at",
    "DECIMAL(18,4)": r"(\w+_)?amount(_company_currency)?",
    "DECIMAL(38,4)": r"\w+_total",
}
"""What a column's name says about its type (the same quantity has the same name everywhere)."""


def name_of(path: Path) -> str:
    """The path as people write it."""
    return str(path.relative_to(ROOT))


def calls(path: Path, *names: str) -> list[ast.Call]:
    """The calls of functions or methods of these names."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) in names or getattr(node.func, "id", None) in names)
    ]


def test_sql_is_never_put_together_from_values() -> None:
    """Values are parameters; the few statements that are put together are listed with the reason."""
    computed = {
        (name_of(path), str(getattr(first.values[0], "value", "")))
        for path in PRODUCT
        for call in calls(path, "execute", "sql", "executemany", "parsed", "count_of", "rows", "records")
        for first in call.args[:2]
        if isinstance(first, ast.JoinedStr)
    }
    assert computed == set(COMPUTED_SQL)


def test_statements_stand_in_the_files_of_their_stage() -> None:
    """Where a person looks for them, and where the tests of the flow see them."""
    begins = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|MERGE INTO|WITH)\s[^a-z]*\S")
    own = {
        name_of(path)
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and begins.match(node.value)
    }
    assert own == {path for path, _ in COMPUTED_SQL} | OWN_SQL.keys()


def test_no_exception_is_caught_without_knowing_which() -> None:
    """An error that nobody foresaw stops the run; it is never taken for an answer."""
    handlers = [
        (name_of(path), node.lineno)
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
    ]
    assert handlers == []


def test_no_amount_is_made_up_and_none_becomes_a_float() -> None:
    """Missing amounts stay missing; what stands for money has no binary fractions."""
    made_up = [name_of(path) for path in PRODUCT if calls(path, "fillna", "fetchdf", "df")]
    statements = {str(block): block.code for block in blocks()}
    steps = {name_of(path): path.read_text("utf-8") for path in MIGRATIONS}
    in_sql = [
        name
        for name, text in (statements | steps).items()
        if re.search(r"\b(DOUBLE|FLOAT|REAL)\b|\bavg\(", re.sub(r"--.*", "", text), flags=re.IGNORECASE)
    ]
    floats = [name_of(path) for path in PRODUCT if calls(path, "float")]
    assert (made_up, in_sql) == ([], [])
    assert floats == [
        "orchestration/cli/run_commands.py",
        "orchestration/deliveries.py",
        "orchestration/imports.py",
    ], "quiet_seconds only"


def test_the_name_of_a_column_says_what_kind_of_value_it_holds(tmp_path: Path) -> None:
    """Codes, names, dates, times, amounts and truths are told apart by their names."""
    ledger = Ledger(tmp_path)
    workbench = ledger.workbench()
    with ledger.transaction(workbench, "test"):
        columns = workbench.execute(
            "SELECT DISTINCT data_type, column_name FROM duckdb_columns() WHERE database_name = 'ledger'"
        ).fetchall()
    workbench.close()

    wrong = [
        (kind, name)
        for kind, name in columns
        for expected, pattern in NAMES_BY_TYPE.items()
        if (kind == expected) != bool(re.fullmatch(pattern, name))
    ]
    assert wrong == []


def test_every_module_begins_with_what_belongs_there() -> None:
    """The first thing to read in a file."""
    silent = [
        name_of(path) for path in [*PRODUCT, *TESTS] if not _docstring(path) and path.read_text("utf-8")
    ]
    assert silent == []


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_functions_can_be_read_on_one_screen() -> None:
    """About seventy lines, and never more than eighty."""
    long = [
        (name_of(path), node.name, node.end_lineno - node.lineno + 1)
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 80
    ]
    assert long == []


def test_tests_wait_for_something_and_never_for_a_while() -> None:
    """A sleep is either too short or too long; one helper looks again and again, for a bounded time."""
    shared = sorted((ROOT / "samples").rglob("*.py"))
    sleeping = [name_of(path) for path in [*TESTS, *shared] if calls(path, "sleep")]
    assert sleeping == ["samples/waiting.py"]


def test_no_test_is_skipped() -> None:
    """What cannot be tried fails and says what is missing."""
    skipping = [name_of(path) for path in TESTS if calls(path, "skip", "skipif", "xfail", "importorskip")]
    assert skipping == []


def test_names_of_tests_are_sentences() -> None:
    """Their list reads as what the program does."""
    short = [
        (name_of(path), node.name)
        for path in TESTS
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and len(re.sub(r"^test_([a-z]\d\d_)?", "", node.name).split("_")) < 4
    ]
    assert short == []


def test_every_row_that_a_long_test_proves_is_proved_by_a_quick_one_too() -> None:
    """Whoever runs `make test` alone has tried every behaviour at least once."""
    rows: dict[bool, set[str]] = {True: set(), False: set()}
    for path in TESTS:
        tree = ast.parse(path.read_text("utf-8"))
        of_module = [node for node in tree.body if isinstance(node, ast.Assign)]
        is_long = any(re.match(r"pytestmark = .*\.(check|faults)\b", ast.unparse(node)) for node in of_module)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                is_marked = {"pytest.mark.check", "pytest.mark.faults"} & set(marks)
                said = f"{node.name.upper().replace('_', ' ')} {ast.get_docstring(node) or ''}"
                rows[is_long or bool(is_marked)] |= set(re.findall(r"\b[A-Z][0-9]{2}\b", said))
    assert rows[True] - rows[False] == set()


def test_nothing_outside_of_the_repository_is_needed() -> None:
    """No program of a neighbouring folder, and no folder of one machine."""
    pattern = re.compile(r"\.\./shared|/work/|/tmp/scratch")
    tracked = [
        *PRODUCT,
        *(ROOT / "assets").glob("*/sql/*.sql"),
        *TESTS,
        *(ROOT / "docs").glob("*.md"),
        *ROOT.glob("*.md"),
        ROOT / "Makefile",
    ]
    own = Path(__file__).resolve()
    wrong = [name_of(path) for path in tracked if path != own and pattern.search(path.read_text("utf-8"))]
    assert wrong == []


def test_the_database_that_is_pinned_is_the_one_that_runs() -> None:
    """The storage version and the behaviour of MERGE and ATTACH were tried with this one."""
    pinned = re.search(r'"duckdb>=([0-9.]+),<([0-9.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pinned is not None

    def numbers(version: str) -> tuple[int, ...]:
        return tuple(int(number) for number in version.split(".")[:2])

    assert numbers(pinned[1]) <= numbers(duckdb.__version__) < numbers(pinned[2])
