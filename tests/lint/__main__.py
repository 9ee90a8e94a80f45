"""``python -m tests.lint``: prints every complaint about features and code, and fails on any."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from support.implementations.registry import KNOWN
from tests.lint import code, features
from tests.lint.complaint import Complaint

ROOT = Path(__file__).resolve().parents[2]


def all_complaints(root: Path) -> list[Complaint]:
    """What is wrong in the checkout at ``root``."""
    found: list[Complaint] = []
    written = sorted((root / "features").rglob("*.feature"))
    for feature in written:
        found += features.complaints_about(feature, root)
    sources = [root / "environment.py"]
    for room in ("support", "steps", "bench"):
        sources += sorted((root / room).rglob("*.py"))
    for helper in sorted((root / "docker").rglob("*.py")):
        found += code.who_sleeps(helper, root)
    for source in filter(Path.exists, sources):
        found += code.who_sleeps(source, root)
        if not source.is_relative_to(root / "bench"):
            found += code.who_names_node_software(source, root, KNOWN)
        if source.is_relative_to(root / "support"):
            found += code.who_sees_the_context(source, root)
    # Registers the types that sentences are made of.
    importlib.import_module("environment")
    found += code.unbound_sentences(root / "steps", root)
    for feature in written:
        found += code.unfitting_steps(feature, root)
    return found


def main() -> int:
    """Exit with 1 when there is something to complain about."""
    found = all_complaints(ROOT)
    for complaint in found:
        print(complaint)
    if found:
        print(f"{len(found)} found in features and sentences", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
