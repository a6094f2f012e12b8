"""The record layouts of the exports: `layouts/docfinance_*.csv`."""

from __future__ import annotations

from functools import cache
from typing import Literal

from assets.layouts import Layout, read_layout

LayoutName = Literal["open_items", "registry"]


@cache
def export_layout(name: LayoutName) -> Layout:
    """The layout of the open items (535 characters) or of the registry (764)."""
    return read_layout("exports", f"docfinance_{name}.csv")
