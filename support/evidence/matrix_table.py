"""One table of what every kind of network did with the same features: text, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: How an example went -> how a table says it. A sign and a word, so that colour is not needed.
_SIGNS = {
    "passed": "ok",
    "failed": "FAILED",
    "error": "ERROR",
    "skipped": "-",
    "untested": "-",
    "": "",
}
_STATUSES = ("passed", "failed", "error", "skipped")
#: Characters of an example's name that a table on a terminal has room for.
_NAME = 60


@dataclass(frozen=True)
class Cell:
    """One run: which node software on which engine, and its ``run.json``; None if it left none."""

    implementation: str
    engine: str
    run: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """``etcd on docker``."""
        return f"{self.implementation} on {self.engine}"

    @property
    def verdict(self) -> str:
        """As the run says itself: ``passed``, ``failed``, ``environment``, ``interrupted``."""
        return "environment" if self.run is None else str(self.run["verdict"])

    @property
    def seconds(self) -> float | None:
        """How long the run took; None where it did not come to an example."""
        return self.run.get("seconds") if self.run else None

    @property
    def trouble(self) -> str | None:
        """What kept the run, and not an example, from being what it should be."""
        return "the run left no report" if self.run is None else self.run.get("trouble")

    @property
    def examples(self) -> Sequence[Mapping[str, Any]]:
        """What the run says of every example."""
        return () if self.run is None else self.run["examples"]


def as_json(cells: Sequence[Cell]) -> dict[str, Any]:
    """Everything, for machines."""
    return {
        "version": 1,
        "runs": [
            {
                "implementation": cell.implementation,
                "engine": cell.engine,
                "verdict": cell.verdict,
                "counts": _counts(cell),
                "seconds": cell.seconds,
                "trouble": cell.trouble,
                "software": cell.run.get("implementation") if cell.run else None,
            }
            for cell in cells
        ],
        "examples": [
            {
                "feature": feature,
                "example": example,
                "on": dict(zip(_names(cells), on, strict=True)),
            }
            for (feature, example), on in _by_example(cells).items()
        ],
        "skipped": {cell.name: _reasons(cell) for cell in cells},
    }


def as_text(cells: Sequence[Cell]) -> str:
    """For a terminal: what came of every run, of every example, and why some were skipped."""
    rows = [[row[0][:_NAME], *row[1:]] for row in _example_rows(cells)]
    return _parts("\n".join(_aligned(_summary(cells))), "\n".join(_aligned(rows)), _why(cells))


def as_markdown(cells: Sequence[Cell]) -> str:
    """The same for a report."""
    return _parts(
        "# The same features on every kind of network",
        _markdown(_summary(cells)),
        _markdown(_example_rows(cells)),
        _why(cells),
    )


def _summary(cells: Sequence[Cell]) -> list[list[str]]:
    rows = [["network", "verdict", *_STATUSES, "seconds"]]
    for cell in cells:
        counts = _counts(cell)
        seconds = "" if cell.seconds is None else f"{cell.seconds:.0f}"
        rows.append([cell.name, cell.verdict, *(str(counts[s]) for s in _STATUSES), seconds])
    return rows


def _example_rows(cells: Sequence[Cell]) -> list[list[str]]:
    rows = [["example", *_names(cells)]]
    for (_, example), on in _by_example(cells).items():
        rows.append([example, *(_SIGNS.get(status, status) for status in on)])
    return rows


def _parts(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _why(cells: Sequence[Cell]) -> str:
    lines = [
        f"- {cell.name}: {count} skipped, {reason}"
        for cell in cells
        for reason, count in _reasons(cell).items()
    ]
    lines += [f"- {cell.name}: {cell.trouble}" for cell in cells if cell.trouble]
    return "\n".join(lines)


def _by_example(cells: Sequence[Cell]) -> dict[tuple[str, str], list[str]]:
    """Feature and example -> the status in each run, empty where it was not selected."""
    found: dict[tuple[str, str], list[str]] = {}
    for position, cell in enumerate(cells):
        for told in cell.examples:
            key = (str(told["feature"]), str(told["example"]))
            found.setdefault(key, [""] * len(cells))[position] = str(told["status"])
    return found


def _reasons(cell: Cell) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for told in cell.examples:
        if told["status"] == "skipped":
            why = str(told.get("why_skipped", "it was not said why"))
            reasons[why] = reasons.get(why, 0) + 1
    return reasons


def _counts(cell: Cell) -> dict[str, int]:
    counts = cell.run["counts"] if cell.run else {}
    return {status: int(counts.get(status, 0)) for status in _STATUSES}


def _names(cells: Iterable[Cell]) -> list[str]:
    return [cell.name for cell in cells]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
