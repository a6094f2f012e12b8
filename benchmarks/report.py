"""Results of benchmarks as JSON, and as the tables of docs/benchmarks.md.

What belongs here: describing the machine, keeping results of several runs together, writing tables. What
does not: measuring.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.harness import Bench, Figure, Target

BEGIN: Final = "<!-- figures: written by `python -m benchmarks.run --write-docs`; do not edit -->"
END: Final = "<!-- end of figures -->"
HEADING: Final = "### "
"""What begins the section of a benchmark, before its name."""
PACKAGES: Final = ("dagster", "duckdb", "pyarrow", "pandas", "pandera", "numpy")

Result = dict[str, Any]
"""One benchmark's figures with the machine, when and how they were measured; as it stands in the JSON."""


def machine() -> dict[str, Any]:
    """Cores, processor, memory, system, Python and packages."""
    return {
        "cores": os.cpu_count(),
        "processor": _line_of("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "memory": _line_of("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _line_of(path: str, name: str) -> str | None:
    source = Path(path)
    if not source.exists():
        return None
    for line in source.read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return None


def result(name: str, bench: Bench, figures: Sequence[Figure], load_before: float) -> Result:
    """What one benchmark measured, and under which conditions."""
    return {
        "benchmark": name,
        "measured_at": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        "scale": bench.scale,
        "machine": machine(),
        "load_average_before": round(load_before, 2),
        "other_cpu_share": round(median(bench.other_cpu), 3) if bench.other_cpu else None,
        "other_cpu_share_at_most": round(max(bench.other_cpu), 3) if bench.other_cpu else None,
        "figures": [asdict(figure) for figure in figures],
    }


def read_results(path: Path) -> dict[str, Result]:
    """The results that a file holds, by benchmark; none if there is no file."""
    if not path.exists():
        return {}
    results: list[Result] = json.loads(path.read_text("utf-8"))
    return {each["benchmark"]: each for each in results}


def write_results(path: Path, results: Mapping[str, Result]) -> None:
    """Writes the results, one object a benchmark."""
    path.write_text(json.dumps(list(results.values()), indent=2, ensure_ascii=False) + "\n", "utf-8")


def write_docs(path: Path, results: Mapping[str, Result]) -> None:
    """Replaces the sections of these benchmarks between the two marker comments; the others stay.

    Raises ValueError if the comments are not there.
    """
    text = path.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    tables, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} lacks the comments {BEGIN} and {END}")
    sections = {
        section.partition("\n")[0]: f"{HEADING}{section.strip()}" for section in tables.split(HEADING)[1:]
    }
    sections |= {name: _section(each) for name, each in results.items()}
    joined = "\n\n".join(sections.values())
    path.write_text(f"{before}{BEGIN}\n\n{joined}\n\n{END}{after}", "utf-8")


def _section(each: Result) -> str:
    figures = [_figure(row) for row in each["figures"]]
    lines = [f"{HEADING}{each['benchmark']}", "", _conditions(each), ""]
    ratios = [figure for figure in figures if figure.unit == "x" or figure.target]
    lines += ["| figure | median | target | | lowest - highest | runs |", "|---|--:|--:|---|--:|--:|"]
    for figure in ratios:
        value = f"**{amount(figure.value, figure.unit)}**"
        cells = (figure.name, value, _target(figure), _verdict(figure), _spread(figure), len(figure.samples))
        lines.append(_row(cells))
    absolute = [figure for figure in figures if figure not in ratios]
    if absolute:
        lines += ["", "On this machine:", ""]
        lines += ["| figure | median | lowest - highest | runs |", "|---|--:|--:|--:|"]
        for figure in absolute:
            value = amount(figure.value, figure.unit)
            lines.append(_row((figure.name, value, _spread(figure), len(figure.samples))))
    return "\n".join(lines)


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _figure(row: Mapping[str, Any]) -> Figure:
    target = Target(**row["target"]) if row["target"] else None
    return Figure(row["name"], row["unit"], tuple(row["samples"]), target)


def _conditions(each: Result) -> str:
    host = each["machine"]
    packages = ", ".join(f"{name} {number}" for name, number in host["packages"].items())
    when = each["measured_at"].replace("T", " ").replace("+00:00", " UTC")
    shared = ""
    if each["other_cpu_share"] is not None:
        shared = (
            f" Meanwhile other processes took {each['other_cpu_share']:.0%} of the processors (median over"
            f" the children; at most {each['other_cpu_share_at_most']:.0%})."
        )
    return (
        f"Measured {when} on {host['cores']} cores of {host['processor']}, {host['memory']} memory,"
        f" {host['system']}, Python {host['python']}, {packages}."
        f" Load average before: {each['load_average_before']:.2f}.{shared}"
    )


def amount(value: float, unit: str) -> str:
    """A value with its unit, with as many digits as mean something."""
    if unit == "x":
        return f"{value:.3f} x" if value < 1 else f"{value:.1f} x"
    if unit in ("s", "ms"):
        return f"{value:.2f} {unit}"
    return f"{value:,.0f} {unit}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    sign = "≤" if figure.target.is_upper else "≥"
    bound = f"{figure.target.bound:,g}"
    return f"{sign} {bound} {figure.unit}"


def _verdict(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return "met" if figure.target.is_met(figure.value) else "missed"


def _spread(figure: Figure) -> str:
    low, high = min(figure.samples), max(figure.samples)
    return f"{amount(low, figure.unit).removesuffix(' ' + figure.unit)} - {amount(high, figure.unit)}"


def described(figure: Figure) -> str:
    """One line for the terminal."""
    target = f"  target {_target(figure)}: {_verdict(figure)}" if figure.target else ""
    return (
        f"{amount(figure.value, figure.unit):>16}  {figure.name}  "
        f"(median of {len(figure.samples)}, {_spread(figure)}){target}"
    )


def warn_if_busy(load: float) -> None:
    """Says on the error stream that others work on the machine: ratios bear it better than seconds."""
    if load > 0.5 * (os.cpu_count() or 1):
        print(f"The machine is busy (load average {load:.2f}): figures will be noisy.", file=sys.stderr)
