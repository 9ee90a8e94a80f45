"""Each mistake that the features' style forbids is planted once, and is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.features import complaints_about

SOUND = """\
@payments
Feature: Paying
  Customers pay one another,
  and every node must tell the same story.

  Background:
    Given a network of 4 nodes
    And Alice holds 100 coins

  Rule: A payment moves coins without losing any

    @smoke
    Example: Alice pays Bob
      When Alice pays Bob 30 coins
      Then every node shows that Bob holds 30 coins

    Scenario Outline: Alice tries to pay <amount>
      When Alice tries to pay Bob <amount>
      Then the second payment is refused

      Examples: amounts that mean nothing
        | amount  |
        | 0 coins |
"""


@pytest.fixture
def complaints(tmp_path: Path):
    def about(text: str, folder: str = "payments") -> list[str]:
        path = tmp_path / "features" / folder / "paying.feature"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return [str(complaint) for complaint in complaints_about(path, tmp_path)]

    return about


def test_a_sound_feature_gives_no_complaint(complaints):
    assert complaints(SOUND) == []


def test_a_complaint_names_the_file_the_line_and_what_is_known(complaints):
    (said,) = complaints(SOUND.replace("@smoke", "@smok"))
    assert said.startswith(
        "features/payments/paying.feature:12: unknown tag @smok (known: @smoke, "
    )


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("@payments\n", "", "lacks the tag @payments of its folder"),
        ("@payments\n", "@payments @resilience\n", "unknown tag @resilience"),
        ("@payments\n", "@payments @smoke\n", "@smoke belongs on the example"),
        ("  Rule:", "  @slow\n  Rule:", "@slow belongs on the example"),
        ("@smoke", "@payments", "@payments belongs on the feature"),
        ("@smoke", "@needs.magic", "unknown tag @needs.magic"),
        ("@smoke", "@quarantine", "@quarantine without the @issue.NN"),
        ("@smoke", "@issue.12", "@issue.12 stands alone"),
        ("@smoke", "@smoke @slow", "@smoke is for what is quick"),
        ("@smoke", "@smoke @smoke", "the same tag twice"),
        ("Alice pays Bob 30", "I pay Bob 30", "'I' has no place"),
        ("Customers pay", "Users pay", "'Users' has no place"),
        ("every node shows", "every container shows", "'container' has no place"),
        ("every node shows", "node-1 shows", "'node-1' has no place"),
        ("A payment moves", "A status code moves", "'status code' has no place"),
        ("amounts that mean nothing", "amounts in JSON", "'JSON' has no place"),
        ("| 0 coins |", "| port 80 |", "'port' has no place"),
        ("a network of 4 nodes", "10 seconds have passed", "'10 seconds' is a time"),
        ("Example: Alice pays Bob", "Example: Check that Alice pays", "'Check' in an example's"),
        ("Example: Alice pays Bob", "Example: Verifies a payment", "'Verifies' in an example's"),
        ("Example: Alice pays Bob", "Example: The test of paying", "'test' in an example's"),
        ("Example: Alice pays Bob", "Scenario: Alice pays Bob", "write Example instead"),
        ("Example: Alice pays Bob", "Example:", "an example without a name"),
        ("Examples: amounts that mean nothing", "Examples:", "an Examples block without a name"),
        ("Alice tries to pay <amount>", "Alice pays Bob", "is taken by the example in line 13"),
        ("  Rule: A payment moves coins without losing any\n", "", "stands outside a Rule"),
        ("  Rule: A payment moves coins without losing any\n", "", "has no Rule"),
        ("  Rule:", "  Rule: Nothing is lost\n\n  Rule:", "a Rule without an Example"),
        ("  and every node must tell the same story.\n", "", "opens with 1 lines"),
        (
            "And Alice holds 100 coins\n",
            "And Alice holds 100 coins\n" + "    And Bob holds nothing\n" * 3,
            "a Background of 5 steps",
        ),
        ("Feature: Paying", "Featur: Paying", "cannot be read"),
    ],
)
def test_a_planted_mistake_is_found(complaints, right, wrong, said):
    assert right in SOUND
    found = complaints(SOUND.replace(right, wrong, 1))
    assert any(said in complaint for complaint in found), found


def test_too_many_rules_are_found(complaints):
    rule = "\n  Rule: Rule {0} holds\n\n    Example: Case {0}\n      Then it holds\n"
    found = complaints(SOUND + "".join(rule.format(number) for number in range(5)))
    assert any("has 6 rules" in complaint for complaint in found)


def test_too_many_lines_are_found(complaints):
    found = complaints(SOUND + "\n" * 100)
    assert any("lines: split the feature" in complaint for complaint in found)


def test_a_feature_in_no_folder_is_found(complaints):
    found = complaints(SOUND, folder="")
    assert any("stands in no folder" in complaint for complaint in found)


def test_a_quarantined_example_with_its_issue_is_sound(complaints):
    assert complaints(SOUND.replace("@smoke", "@quarantine @issue.12")) == []


@pytest.mark.parametrize("innocent", ["the second payment", "Bob's support", "reports of Portia"])
def test_words_that_only_look_forbidden_are_sound(complaints, innocent):
    assert complaints(SOUND.replace("Customers pay one another,", innocent)) == []


@pytest.mark.parametrize(
    "fact",
    [
        "every link of node 4 takes 300 ms",
        "the clock of node 4 is 10 minutes slow",
        "the disk of node 4 takes 500 ms longer to keep anything",
    ],
)
def test_a_time_that_is_a_fact_of_the_world_is_sound(complaints, fact):
    assert complaints(SOUND.replace("a network of 4 nodes", fact)) == []


def test_a_time_that_is_the_promise_is_sound(complaints):
    promised = SOUND.replace("that Bob holds 30 coins", "this within 5 seconds")
    assert complaints(promised) == []
