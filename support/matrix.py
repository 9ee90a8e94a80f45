"""Runs the same features on every kind of network, one run after the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from support.domain import NOTHING_SELECTED, BadRequest, EnvironmentProblem, NothingSelected
from support.evidence.matrix_table import Cell, as_json, as_markdown, as_text
from support.evidence.page.render import matrix_page
from support.exit_codes import ExitCode, code_of_verdict, weightiest


def run_matrix(
    implementations: Sequence[str],
    engines: Sequence[str],
    arguments: Sequence[str],
    *,
    folder: Path,
    say: Callable[[str], None],
) -> ExitCode:
    """Run behave with ``arguments`` on each pair, and write the table to ``folder``.

    Behave's own words go to a log for each run. The exit code is that of the worst run. Raises
    :class:`NothingSelected`, :class:`BadRequest` where a run refuses what it is told, and
    :class:`EnvironmentProblem` when the table cannot be written.
    """
    cells, codes = [], []
    for implementation in implementations:
        for engine in engines:
            say(f"{implementation} on {engine} ...")
            cell, code = _run(implementation, engine, arguments, folder)
            say(f"{cell.name}: {cell.verdict}")
            cells.append(cell)
            codes.append(code)
    text, table = as_text(cells), as_json(cells)
    links = {cell.name: f"{_place(cell.implementation, cell.engine)}/index.html" for cell in cells}
    try:
        (folder / "matrix.txt").write_text(text + "\n")
        (folder / "matrix.md").write_text(as_markdown(cells) + "\n")
        (folder / "matrix.json").write_text(json.dumps(table, indent=1) + "\n")
        (folder / "index.html").write_text(matrix_page(table, links))
    except OSError as problem:
        raise EnvironmentProblem(f"the table cannot be written to {folder}: {problem}") from problem
    say(f"\n{text}\n\nsee {folder}/index.html")
    return weightiest(codes)


def _run(
    implementation: str, engine: str, arguments: Sequence[str], folder: Path
) -> tuple[Cell, ExitCode]:
    place = folder / _place(implementation, engine)
    report = place / "run.json"
    try:
        place.mkdir(parents=True, exist_ok=True)
        report.unlink(missing_ok=True)  # of an earlier run
        with (place / "behave.log").open("w") as log:
            done = subprocess.run(
                [
                    sys.executable, "-m", "behave", *arguments,
                    "--no-color",
                    "-D", f"implementation={implementation}",
                    "-D", f"engine={engine}",
                    "-D", f"report={place}",
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                check=False,
            )  # fmt: skip
    except OSError as problem:
        raise EnvironmentProblem(f"{place} cannot be written: {problem}") from problem
    if done.returncode == ExitCode.NOTHING_SELECTED:
        raise NothingSelected(NOTHING_SELECTED)
    if done.returncode == ExitCode.WRONG_CALL:
        raise BadRequest(f"behave refuses what it is told: see {place / 'behave.log'}")
    cell = Cell(implementation, engine, _read(report))
    said = code_of_verdict(cell.verdict)  # a run that was killed has no other
    slow = said == ExitCode.PASSED and done.returncode == ExitCode.SLOW
    return cell, ExitCode.SLOW if slow else said


def _read(report: Path) -> dict[str, object] | None:
    try:
        return dict(json.loads(report.read_text()))
    except (OSError, ValueError):
        return None


def _place(implementation: str, engine: str) -> str:
    """The name of the folder for one run's report."""
    return f"{implementation}-{engine}".replace("/", "-")
