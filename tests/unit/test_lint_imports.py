"""Each wall between two rooms holds: an import through it is planted, and is found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Module -> what is planted in it -> a word of the contract that must break.
PLANTED = [
    ("support/domain.py", "support.topology", "domain -> nothing of ours"),
    ("support/journal.py", "support.network", "what everybody leans on"),
    ("support/implementations/contract.py", "support.engines.docker.labels", "implementations ->"),
    ("support/engines/runs.py", "support.implementations.contract", "engines ->"),
    ("support/faults/grudges.py", "support.engines.runs", "faults ->"),
    ("support/evidence/bundle.py", "support.network", "evidence ->"),
    ("support/network.py", "support.implementations.registry", "network, pool and their like"),
    ("steps/payment_steps.py", "support.network", "steps -> world"),
    ("steps/balance_steps.py", "json", "steps speak to no machine"),
    ("support/pool.py", "testcontainers.core", "only engines.docker knows Docker"),
    ("support/observer.py", "urllib3", "only implementations know a chain"),
    ("support/implementations/http.py", "requests", "only implementations know a chain"),
    ("support/waiting.py", "behave", "Behave is known to steps"),
]


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says about a copy with every wall broken once."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for room in ("support", "steps"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for module, imported, _ in PLANTED:
        with (copy / module).open("a") as source:
            source.write(f"\nimport {imported}\n")
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--no-cache", "--no-logo"],
        cwd=copy,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("module", "imported", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(verdict, module, imported, contract):
    broken = [
        line for line in verdict.splitlines() if line.rstrip().split(" (")[0].endswith("BROKEN")
    ]
    assert any(line.startswith(contract) for line in broken), verdict
    origin, target = module.removesuffix(".py").replace("/", "."), imported.partition(".")[0]
    assert f"{origin} -> {target}" in verdict
