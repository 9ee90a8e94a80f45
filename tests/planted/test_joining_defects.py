"""Real nodes with a defect turn exactly the examples red that are about joining, past and shape.

These wait for what never comes, so they run only when asked for: ``make real``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.planted.runs import run_features

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not os.environ.get("ACCORD_PLANTED"), reason="asked for by `make real`"),
]


@dataclass(frozen=True)
class Case:
    """An implementation of tests/planted, a feature, and the examples that must and must not fail.

    Only ``green`` and ``red`` run.
    """

    defect: str
    feature: str
    red: frozenset[str]
    green: frozenset[str]


def case(defect: str, feature: str, *, red: set[str], green: set[str]) -> Case:
    """One line of the table."""
    return Case(defect, f"features/{feature}.feature", frozenset(red), frozenset(green))


CASES = [
    case(
        "forgets_in_secret",
        "history/adding_up",
        red={
            "Customers have paid one another",
            "Coins have come and gone",
            "A node was down meanwhile",
        },
        green=set(),
    ),
    case(
        "forgets_in_secret",
        "history/replay",
        red=set(),
        green={"All of it is the same", "The balances of today are the same"},
    ),
    case(
        "followers_begin_otherwise",
        "history/replay",
        red={
            "All of it is the same",
            "The balances of today are the same",
            "The balances of the past are the same",
        },
        green={"All of it is the same on the member", "It remembers what it had forgotten"},
    ),
    case(
        "followers_begin_otherwise",
        "membership/followers",
        red={"A follower learns what happened before it came", "A follower takes payments"},
        green=set(),
    ),
    case(
        "keeps_no_snapshots",
        "membership/snapshots",
        red={"It has missed every payment", "It says where its history begins"},
        green=set(),
    ),
    case(
        "keeps_no_snapshots",
        "membership/followers",
        red=set(),
        green={"A follower learns what happened before it came"},
    ),
    case(
        "tells_of_nobody",
        "membership/one_seed",
        red={"It finds every other node", "The only one that it knew is lost"},
        green={"It learns everything"},
    ),
    case(
        "impostors_are_honest",
        "membership/impostors",
        red={
            "It cannot follow the history of the others",
            "The members keep to what they have agreed on",
        },
        green={"The members carry on while it keeps trying"},
    ),
    case(
        "gap_in_the_ring",
        "topology/few_links",
        red={"News go all around", "One link is lost", "One node of the ring is lost"},
        green={"News go from one end to the other", "One link at the end is lost"},
    ),
    case(
        "clock_of_blocks_stands_still",
        "topology/taken_away",
        red={"The first and the last are lost"},
        green={"All seven are there", "Three are lost"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.defect}-{case.feature}")
def test_a_defect_turns_exactly_its_examples_red(case: Case, tmp_path: Path) -> None:
    result = run_features(
        tmp_path,
        case.feature,
        f"-Dimplementation=tests.planted.{case.defect}",
        f"-Devidence={tmp_path}",
        *(f"--name=^{name}$" for name in case.red | case.green),
    )
    assert not result.broken, result.printed
    assert result.red == case.red, result.printed
    assert result.green == case.green, result.printed
