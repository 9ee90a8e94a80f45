"""What there is to run for words that are meant for Behave."""

from __future__ import annotations

import pytest

from support.domain import BadRequest
from support.running.selection import select

DEPOSIT = "features/payments/deposit.feature"


def selected(*words: str, only: frozenset[str] | None = None) -> dict[str, list[str]]:
    """Path -> what Behave is to be told for it."""
    return {feature.path: feature.locations for feature in select(words, only=only).features}


def test_a_whole_feature_is_its_path() -> None:
    assert selected(DEPOSIT) == {DEPOSIT: [DEPOSIT]}


def test_examples_by_line_by_name_and_by_tag() -> None:
    assert selected(f"{DEPOSIT}:14") == {DEPOSIT: [f"{DEPOSIT}:13"]}
    by_name = selected("features/payments", "--name", "Bob makes his first deposit")
    assert by_name == {DEPOSIT: [f"{DEPOSIT}:13"]}
    assert set(selected("features/", "--tags=@consistency")) == {
        "features/consistency/stale_answers.feature"
    }


def test_what_has_nothing_to_run_is_not_there() -> None:
    assert selected(DEPOSIT, "--tags=@membership") == {}


def test_every_example_knows_its_rule() -> None:
    (feature,) = select([f"{DEPOSIT}:13"]).features
    (example,) = feature.examples
    assert example.rule == "A deposit arrives to the coin"
    assert (feature.name, example.name) == ("Putting coins in", "Bob makes his first deposit")


def test_the_words_that_are_no_paths_are_for_every_process() -> None:
    words = ["-D", "seed=7", "features/payments/", "./features/consistency", "--tags=@smoke"]
    selection = select(words)
    assert selection.options == ("-D", "seed=7", "--tags=@smoke")
    assert selection.userdata == {"seed": "7"}
    assert not selection.stop
    assert select(["--stop"]).stop


def test_only_some_examples_whatever_their_tags() -> None:
    slow = {
        example.location
        for feature in select(["features", "--tags=@slow"]).features
        for example in feature.examples
    }
    assert slow
    assert selected("features", only=frozenset(slow))
    assert selected("features", "--tags=@payments", only=frozenset(slow)) == {}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--tags=("], "behave says: TagExpressionError"),
        (["features/nowhere.feature"], "behave says: FileNotFoundError: features/nowhere.feature"),
        (["README.md"], "behave says: InvalidFilenameError: README.md"),
        (["--dry-run"], "--dry-run runs nothing"),
        (["--version"], "--version runs nothing"),
        (["--format=help"], "--format=help runs nothing"),
        (["--outfile=x", "features"], "several processes cannot write one --outfile"),
    ],
)
def test_words_that_make_no_sense_here(words: list[str], sentence: str) -> None:
    with pytest.raises(BadRequest) as refused:
        select(words)
    assert str(refused.value).startswith(sentence)


def test_a_feature_that_cannot_be_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("features") / "broken.feature"
    path.write_text("Feature: A\n  Example: B\n    Given a network\n    Nonsense\n")
    with pytest.raises(BadRequest, match="behave says: ParserError"):
        select([str(path)])


def test_words_that_behave_does_not_know_are_answered_by_behave(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        select(["--nonsense"])
    assert left.value.code == 2
    assert "unrecognized arguments: --nonsense" in capsys.readouterr().err
