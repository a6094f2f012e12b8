"""Finds the SQL statements that stand beside the stages: one file a step, each statement under its name.

Belongs here: how a statement is found by its name, parsed and asked. Does not: any statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import duckdb

if TYPE_CHECKING:
    import pyarrow as pa

Query: TypeAlias = str | duckdb.Statement
"""What a connection executes."""

_NAME: Final = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
"""The line above a statement in the file of its step."""

_asked_for: Final[set[str]] = set()
"""The texts that were asked for so far."""


@cache
def steps(stage: str) -> Mapping[str, Mapping[str, str]]:
    """The statements of a stage by their names, step by step: the files `assets/<stage>/sql/<step>.sql`."""
    folder = resources.files(f"assets.{stage}").joinpath("sql")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".sql"): _blocks(file.read_text("utf-8")) for file in files}


def _blocks(text: str) -> dict[str, str]:
    """The named statements of a file. What stands above the first says what the step does."""
    _, *parts = _NAME.split(text)
    return {name: block.strip() for name, block in zip(parts[::2], parts[1::2], strict=True)}


@cache
def _texts(stage: str) -> dict[str, str]:
    return {name: text for blocks in steps(stage).values() for name, text in blocks.items()}


def statement_text(stage: str, name: str) -> str:
    """The text of the statement of a stage that has this name. Raises KeyError if there is none."""
    return _texts(stage)[name]


def statement(stage: str, name: str) -> Query:
    """The statement of a stage that has this name, for executing once or often (see `parsed`)."""
    return parsed(statement_text(stage, name))


def parsed(text: str) -> Query:
    """The one statement of a text. The first time it is the text itself, later what DuckDB parsed once of it.

    On few rows, parsing takes a seventh of the time of executing; but DuckDB makes a database of its own to
    parse ahead, which a command that asks everything once would wait for in vain (12 ms of 250).
    """
    if text not in _asked_for:
        _asked_for.add(text)
        return text
    return _parsed(text)


@cache
def _parsed(text: str) -> duckdb.Statement:
    (one,) = duckdb.extract_statements(text)
    return one


def frame(
    workbench: duckdb.DuckDBPyConnection,
    stage: str,
    name: str,
    parameters: Mapping[str, object] | None = None,
) -> pa.Table:
    """The rows of a statement as an Arrow table: decimals stay decimals, nothing becomes a float.

    For results of any size. A result of a few rows is had in half the time by `records`.
    """
    return workbench.sql(statement(stage, name), params=dict(parameters or {})).to_arrow_table()


def records(
    workbench: duckdb.DuckDBPyConnection,
    stage: str,
    name: str,
    parameters: Mapping[str, object] | None = None,
) -> list[dict[str, Any]]:
    """The rows of a statement that returns few, as dictionaries by column name."""
    result = workbench.execute(statement(stage, name), dict(parameters or {}))
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def rows(
    workbench: duckdb.DuckDBPyConnection,
    query: Query,
    parameters: Mapping[str, object] | None = None,
) -> list[tuple[object, ...]]:
    """All rows of a query as tuples. A result that is not read to its end would block the connection."""
    return workbench.execute(query, dict(parameters or {})).fetchall()


def row_count(workbench: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has, whose name the program knows."""
    return count_of(workbench, f"SELECT count(*) FROM {table}")


def next_number(workbench: duckdb.DuckDBPyConnection, table: str, column: str) -> int:
    """The number that follows the highest one of a column; both names are known to the program."""
    return count_of(workbench, f"SELECT coalesce(max({column}), 0) + 1 FROM {table}")


def count_of(
    workbench: duckdb.DuckDBPyConnection, query: Query, parameters: Mapping[str, object] | None = None
) -> int:
    """The one whole number that a query returns."""
    ((number,),) = rows(workbench, query, parameters)
    assert isinstance(number, int), f"{query} returns a whole number"
    return number
