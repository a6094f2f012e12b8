"""Small wrong changes of a text, each of which some test should notice: of SQL and of Python.

Belongs here: what is changed, and where, as places in the text, so that all else stays as it was written.
Does not: whether a test notices (`tests.mutants.trial`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
from sqlglot import tokenize
from sqlglot.tokens import Token, TokenType

_COMPARISONS: Final = {
    TokenType.EQ: "<>",
    TokenType.NEQ: "=",
    TokenType.LT: "<=",
    TokenType.LTE: "<",
    TokenType.GT: ">=",
    TokenType.GTE: ">",
}
_SIGNS: Final = {TokenType.PLUS: "-", TokenType.DASH: "+"}
_JOINS: Final = {"LEFT": "", "SEMI": "ANTI", "ANTI": "SEMI"}
_EXTREMES: Final = {"MIN": "max", "MAX": "min", "MIN_BY": "max_by", "MAX_BY": "min_by", "LEAST": "greatest",
                    "GREATEST": "least"}  # fmt: skip
_ENDS: Final = frozenset(
    ("AND", "OR", "WHERE", "GROUP", "ORDER", "HAVING", "QUALIFY", "UNION", "LIMIT", "JOIN", "LEFT", "SEMI",
     "ANTI", "FROM", "WINDOW", "WHEN", "THEN", "ELSE", "END", "AS", "SET", "USING")
)  # fmt: skip
_BEFORE_CONDITIONS: Final = frozenset(("WHERE", "ON", "WHEN", "HAVING", "QUALIFY", "SELECT", "AND", "OR"))
"""What ends a condition at its own depth."""


@dataclass(frozen=True, slots=True)
class Change:
    """The text from `start` to `end` becomes `text`; `what` says it in words."""

    what: str
    start: int
    end: int
    text: str

    def of(self, whole: str) -> str:
        """The whole text with the change."""
        return whole[: self.start] + self.text + whole[self.end :]

    def shown(self, whole: str) -> str:
        """The line and what becomes of it, for a list."""
        line = whole.count("\n", 0, self.start) + 1
        before = " ".join(whole[self.start : self.end].split())
        return f"line {line}: {self.what}: {before!r} becomes {self.text!r}"


def sql_changes(text: str) -> list[Change]:
    """Comparisons, signs, joins, dropped conditions and extremes of one statement, which stays one."""
    return [change for change in _sql_changes(text) if _is_statement(change.of(text))]


def _is_statement(text: str) -> bool:
    try:
        return len(duckdb.extract_statements(text)) == 1
    except duckdb.ParserException:
        return False


def _sql_changes(text: str) -> list[Change]:
    tokens = tokenize(text, read="duckdb")
    found: list[Change] = []
    for position, token in enumerate(tokens):
        start, end = token.start, token.end + 1
        word = token.text.upper()
        if token.token_type in _COMPARISONS and not _is_assignment(tokens, position):
            found.append(Change("comparison", start, end, _COMPARISONS[token.token_type]))
        elif token.token_type in _SIGNS:
            found.append(Change("sign", start, end, _SIGNS[token.token_type]))
        elif word in _JOINS and _word(tokens, position + 1) == "JOIN":
            found.append(Change("kind of join", start, end, _JOINS[word]))
        elif word in _EXTREMES and _word(tokens, position + 1) == "(":
            found.append(Change("extreme", start, end, _EXTREMES[word]))
        elif word == "AND" and not _is_between(tokens, position):
            found.append(Change("dropped condition", start, _end_of_condition(tokens, position), ""))
    return found


def _word(tokens: Sequence[Token], position: int) -> str:
    return tokens[position].text.upper() if position < len(tokens) else ""


def _is_assignment(tokens: Sequence[Token], position: int) -> bool:
    """Whether this `=` gives a column its value, in the SET of an UPDATE."""
    depth = 0
    for token in reversed(tokens[:position]):
        depth += (token.text == ")") - (token.text == "(")
        if depth < 0:
            return False
        if depth == 0 and token.text.upper() in _BEFORE_CONDITIONS:
            return False
        if depth == 0 and token.text.upper() == "SET":
            return True
    return False


def _is_between(tokens: Sequence[Token], position: int) -> bool:
    """Whether this AND is part of a BETWEEN."""
    depth = 0
    for token in reversed(tokens[:position]):
        depth += (token.text == ")") - (token.text == "(")
        if depth < 0:
            return False
        word = token.text.upper()
        if depth == 0 and word == "BETWEEN":
            return True
        if depth == 0 and word.partition(" ")[0] in _ENDS:
            return False
    return False


def _end_of_condition(tokens: Sequence[Token], position: int) -> int:
    """Where the condition behind an AND ends."""
    depth, case, between = 0, 0, 0
    for before, token in zip(tokens[position:], tokens[position + 1 :], strict=False):
        word = token.text.upper()
        if depth == 0 and case == 0 and before.text.upper() != "DISTINCT":
            if word == "AND" and between:
                between -= 1
                continue
            if word in (")", ",", ";") or word.partition(" ")[0] in _ENDS:
                return token.start
        between += word == "BETWEEN" and depth == 0 and case == 0
        depth += (word == "(") - (word == ")")
        case += (word == "CASE") - (word == "END" and case > 0)
    return tokens[-1].end + 1


_COMPARED: Final[dict[type[ast.cmpop], tuple[str, str]]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


def python_changes(text: str) -> list[Change]:
    """Comparisons, signs, conditions, extremes and left out calls of one module."""
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    return sorted(_changes_of(ast.parse(text), text, lines), key=lambda change: (change.start, change.end))


def _changes_of(tree: ast.AST, text: str, lines: Sequence[int]) -> Iterator[Change]:
    def place(line: int, column: int) -> int:
        """Where it is in the text; columns count bytes of UTF-8."""
        start = lines[line - 1]
        rest = text[start:].split("\n", 1)[0]
        return start + len(rest.encode()[:column].decode())

    def start_of(node: ast.expr | ast.stmt) -> int:
        return place(node.lineno, node.col_offset)

    def end_of(node: ast.expr | ast.stmt) -> int:
        return place(node.end_lineno or 0, node.end_col_offset or 0)

    def between(before: ast.expr, after: ast.expr, old: str, new: str, what: str) -> Iterator[Change]:
        start, end = end_of(before), start_of(after)
        at = text.find(old, start, end)
        if at >= 0:
            yield Change(what, at, at + len(old), new)

    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            for operator, before, after in zip(node.ops, parts, parts[1:], strict=False):
                old, new = _COMPARED[type(operator)]
                yield from between(before, after, old, new, "comparison")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            old, new = ("+", "-") if isinstance(node.op, ast.Add) else ("-", "+")
            yield from between(node.left, node.right, old, new, "sign")
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for before, after in zip(node.values, node.values[1:], strict=False):
                yield from between(before, after, old, new, "condition")
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            start, end = start_of(node.test), end_of(node.test)
            yield Change("condition", start, end, f"(not ({text[start:end]}))")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
            start = start_of(node.func)
            yield Change("extreme", start, start + len(node.func.id), _CALLED[node.func.id])
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield Change("left out call", start_of(node), end_of(node), "pass")
