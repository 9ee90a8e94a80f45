"""What a check has to say: a place, and one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Complaint:
    """``features/payments/transfer.feature:12: unknown tag @smok (known: ...)``."""

    path: Path
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"
