"""What a run did, as values: features in their own words, and what became of every example.

Moments inside an attempt are seconds since it began. Everything comes from journals, see
:mod:`support.evidence.reading`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

#: How an example can end; what weighs more comes first.
FAILED, ERROR, INTERRUPTED, UNTESTED = "failed", "error", "interrupted", "untested"
PASSED, SKIPPED = "passed", "skipped"
BY_WEIGHT = (FAILED, ERROR, INTERRUPTED, UNTESTED, PASSED, SKIPPED)
#: Why an example was not begun, where nothing else is known.
ENDED_BEFORE = "the run ended before"
#: What a reader has to look at.
WENT_WRONG = (FAILED, ERROR, INTERRUPTED)


@dataclass(frozen=True)
class StepStory:
    """A step in its own words, and how it went; ``status`` is empty for one that was not reached.

    ``table`` has its heading as first row. ``began`` and ``seconds`` are None where unknown.
    """

    keyword: str
    name: str
    line: int = 0
    background: bool = False
    table: Sequence[Sequence[str]] = ()
    text: str | None = None
    status: str = ""
    began: float | None = None
    seconds: float | None = None
    words: str = ""

    @property
    def went_wrong(self) -> bool:
        """Whether the example ended here."""
        return self.status in WENT_WRONG


@dataclass(frozen=True)
class FaultStory:
    """Something done to nodes or links. ``ended`` is None for one that lasted to the end."""

    name: str
    nodes: Sequence[str]
    words: str
    began: float
    measured: float | None = None
    ended: float | None = None


@dataclass(frozen=True)
class PaymentStory:
    """A payment; ``outcome`` is ``confirmed``, ``refused``, ``unknown``, or empty when open."""

    words: str
    node: str
    sent: float
    settled: float | None = None
    outcome: str = ""
    reason: str = ""


#: A moment, the height then (None: no answer), and the newest block.
Look = tuple[float, int | None, str]


@dataclass(frozen=True)
class AttemptStory:
    """One time that an example was run. ``heights`` has a look per node wherever it changed.

    ``why_skipped`` is also why it was not begun.
    """

    status: str
    began_at: datetime | None
    seconds: float
    steps: Sequence[StepStory]
    seed: int = 0
    network: str = ""
    why_skipped: str = ""
    words: str = ""
    command: str = ""
    evidence: str | None = None
    evidence_trouble: str | None = None
    logs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    heights: Mapping[str, Sequence[Look]] = field(default_factory=dict)
    faults: Sequence[FaultStory] = ()
    payments: Sequence[PaymentStory] = ()
    load: Mapping[str, object] | None = None

    @property
    def failing_step(self) -> StepStory | None:
        """The step that it ended at."""
        return next((step for step in self.steps if step.went_wrong), None)

    @property
    def reason(self) -> str:
        """What went wrong, in all words that there are."""
        step = self.failing_step
        return (step.words if step is not None else "") or self.words


@dataclass(frozen=True)
class ExampleStory:
    """An example and all attempts at it, in the order in which they were made; at least one.

    ``times`` is how often it was to run, as far as that is known.
    """

    name: str
    location: str
    line: int
    outline: str
    tags: Sequence[str]
    attempts: Sequence[AttemptStory]
    times: int = 1

    @property
    def telling(self) -> AttemptStory:
        """The attempt that decides: one that went wrong, if any did."""
        return min(self.attempts, key=lambda attempt: BY_WEIGHT.index(attempt.status))

    @property
    def status(self) -> str:
        """That of the attempt that decides."""
        return self.telling.status


@dataclass(frozen=True)
class RuleStory:
    """A sentence that can be false, and its examples. What stands before any rule has no name."""

    name: str
    line: int
    tags: Sequence[str]
    description: Sequence[str]
    examples: Sequence[ExampleStory]


@dataclass(frozen=True)
class FeatureStory:
    """A feature as its file tells it."""

    name: str
    path: str
    line: int
    tags: Sequence[str]
    description: Sequence[str]
    rules: Sequence[RuleStory]

    @property
    def examples(self) -> list[ExampleStory]:
        """Of all rules."""
        return [example for rule in self.rules for example in rule.examples]


@dataclass(frozen=True)
class ProcessStory:
    """One journal: a run, or the part of one that one process did.

    ``leads`` is that of a parallel run itself, which has others run its features.
    """

    journal: Path
    run: str = ""
    engine: str = ""
    engine_version: str = ""
    implementation: str = ""
    implementation_version: str = ""
    seed: int = 0
    options: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    finished: bool = False
    interrupted: bool = False
    trouble: Sequence[str] = ()
    network_starts: Sequence[tuple[int, float]] = ()
    leads: bool = False


@dataclass(frozen=True)
class RunStory:
    """Everything that happened, of one process or of several that worked side by side."""

    processes: Sequence[ProcessStory]
    features: Sequence[FeatureStory]

    @property
    def examples(self) -> list[ExampleStory]:
        """Of all features."""
        return [example for feature in self.features for example in feature.examples]

    @property
    def workers(self) -> list[ProcessStory]:
        """The processes that ran features."""
        return [process for process in self.processes if not process.leads]

    def placed(self) -> Iterator[tuple[FeatureStory, RuleStory, ExampleStory]]:
        """Every example with where it stands."""
        for feature in self.features:
            for rule in feature.rules:
                for example in rule.examples:
                    yield feature, rule, example

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended it, or it was killed."""
        return any(process.interrupted or not process.finished for process in self.processes)

    @property
    def killed(self) -> list[Path]:
        """The journals that end in the middle."""
        return [process.journal for process in self.processes if not process.finished]

    @property
    def trouble(self) -> str | None:
        """What kept the run, and not an example, from being what it should be."""
        said = dict.fromkeys(words for process in self.processes for words in process.trouble)
        return "; ".join(said) or None

    @property
    def began(self) -> datetime | None:
        """When the first process began."""
        return min((p.began for p in self.processes if p.began), default=None)

    @property
    def seconds(self) -> float:
        """How long somebody waited for it: what ran side by side counts once."""
        spans = sorted((p.began, p.ended) for p in self.processes if p.began and p.ended)
        total, reached = 0.0, None
        for began, ended in spans:
            start = began if reached is None else max(began, reached)
            total += max(0.0, (ended - start).total_seconds())
            reached = ended if reached is None else max(ended, reached)
        return round(total, 1)
