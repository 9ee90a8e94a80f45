"""Node software that claims what it does not have turns the contract suite red there."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.planted.runs import ROOT

CLAIMS = "tests/contract/test_capabilities.py"


def failed_tests(implementation: str) -> set[str]:
    """The contract tests about claims that this implementation does not pass."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "real", "-p", "no:cacheprovider", CLAIMS],
        cwd=ROOT,
        env=os.environ
        | {
            "ACCORD_CONTRACT": f"tests.fake.engine:{implementation}",
            "ACCORD_CONTRACT_PATIENCE": "10",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert re.search(r"\d+ passed", done.stdout), done.stdout + done.stderr
    return set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE))


@pytest.mark.parametrize(
    ("implementation", "failed"),
    [
        ("tests.fake.implementation", set()),
        (
            "tests.planted.boasts",
            {
                "test_all_follow_one_leader",
                "test_a_node_that_is_cut_off_tells_nothing_for_sure",
            },
        ),
        (
            "tests.planted.belongs_nowhere",
            {
                "test_it_says_of_what_family_it_is",
                "test_both_halves_go_on_where_the_longest_chain_wins",
            },
        ),
    ],
)
def test_a_claim_that_is_not_true_is_found_out(implementation: str, failed: set[str]) -> None:
    assert failed_tests(implementation) == failed
