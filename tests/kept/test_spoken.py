"""Sentences are found where the features find theirs."""

from __future__ import annotations

import pytest

from support.domain import BadRequest
from support.kept import spoken


@pytest.fixture(autouse=True, scope="module")
def _learnt() -> None:
    spoken.learn()


def test_every_sentence_that_is_listed_can_be_said() -> None:
    listed = spoken.faults()
    assert len(listed) > 40
    for words in listed:
        assert spoken.fault(words).words.endswith(words)
        assert "{" not in words


@pytest.mark.parametrize(
    "words",
    [
        "nodes 1 and 2 are cut off from the others",
        "Given nodes 1 and 2 are cut off from the others",
        "  given  nodes 1 and 2 are cut off   from the others ",
        "every link takes 100 ms, give or take 20 ms",
        "When the partition heals",
    ],
)
def test_a_fault_is_said_in_the_words_of_the_features(words: str) -> None:
    assert spoken.fault(words).words.split()[0] in ("Given", "When")


@pytest.mark.parametrize(
    "words",
    [
        "When nodes 1 and 2 are cut off from the others",  # is something that is given
        "Alice holds 30 coins",
        "Alice pays Bob 30 coins through another node",  # in the vocabulary of leaders
        "a network of 4 nodes",
        "node 1 does not answer",  # is only observed
        "nodes 1 and 2 are cut off",
        "",
    ],
)
def test_anything_else_is_no_fault(words: str) -> None:
    with pytest.raises(BadRequest, match=r"is a sentence, and no fault|nothing reads"):
        spoken.fault(words)


def test_any_sentence_of_the_features_can_be_said_at_the_prompt() -> None:
    assert spoken.sentence("every node tells the same history").words.startswith("Then ")
    assert spoken.sentence("Alice pays Bob 30 coins").words.startswith("When ")
