"""Under a step that went wrong stands one sentence for people, and where the evidence is."""

from __future__ import annotations

import pytest
from behave.matchers import ParseMatcher
from behave.model import Status, Step
from behave.step_registry import StepRegistry

from support.domain import BadRequest, EnvironmentProblem
from support.evidence.narration import Narration


@pytest.fixture
def narration() -> Narration:
    registry = StepRegistry()
    registry.steps["given"] = [
        ParseMatcher(lambda context: None, pattern)
        for pattern in ("the partition has healed", "a network of {size:d} nodes")
    ]
    return Narration(None, registry, lambda step: f"\n\nEvidence: build/{step.status.name}")


def finished(
    status: Status, message: str | None = None, exception: Exception | None = None
) -> Step:
    step = Step("features/x.feature", 3, "Given", "given", "the partition was healed")
    step.status = status
    step.error_message = message
    step.exception = exception
    return step


def narrated(narration: Narration, step: Step) -> str:
    narration.result(step)
    return str(step.error_message)


def test_a_failed_promise_keeps_its_words(narration: Narration) -> None:
    step = finished(Status.failed, "Expected: 70 coins\n     but: 30\n\n", AssertionError("x"))
    assert narrated(narration, step) == (
        "Expected: 70 coins\n     but: 30\n\nEvidence: build/failed"
    )


def test_a_host_at_fault_is_told_in_one_sentence(narration: Narration) -> None:
    problem = EnvironmentProblem("no Docker Engine answers on this machine")
    step = finished(Status.error, "Traceback (most recent call last): ...", problem)
    assert narrated(narration, step) == (
        "ENVIRONMENT: no Docker Engine answers on this machine\n\nEvidence: build/error"
    )


def test_a_request_that_makes_no_sense_is_told_as_one(narration: Narration) -> None:
    request = BadRequest("there is no node 9 in a network of 4 nodes")
    step = finished(Status.error, "Traceback (most recent call last): ...", request)
    assert narrated(narration, step).startswith(
        "NOT POSSIBLE: there is no node 9 in a network of 4 nodes\n\nEvidence: "
    )


def test_a_bug_of_the_suite_keeps_its_traceback(narration: Narration) -> None:
    step = finished(Status.error, "Traceback ...\nKeyError: 3", KeyError(3))
    assert narrated(narration, step).startswith("Traceback ...\nKeyError: 3\n\nEvidence: ")


def test_a_sentence_that_nobody_knows_gets_the_nearest(narration: Narration) -> None:
    words = narrated(narration, finished(Status.undefined))
    assert words.startswith("NOT A SENTENCE: nothing reads “the partition was healed”.")
    assert "The nearest one is: Given the partition has healed" in words


def test_without_a_near_one_no_sentence_is_offered(narration: Narration) -> None:
    step = finished(Status.undefined)
    step.name = "zzzz"
    assert "The nearest one" not in narrated(narration, step)


@pytest.mark.parametrize("status", [Status.passed, Status.skipped, Status.untested])
def test_what_did_not_go_wrong_is_left_alone(narration: Narration, status: Status) -> None:
    step = finished(status)
    narration.result(step)
    assert step.error_message is None


def test_nothing_is_opened_that_would_have_to_be_closed(narration: Narration) -> None:
    narration.close()
