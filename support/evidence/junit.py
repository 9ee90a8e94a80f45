"""The run for CI servers: JUnit's XML, with the rule that each example belongs to."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from support.evidence.page.failure import in_parts
from support.evidence.rates import rate_of
from support.evidence.story import (
    ENDED_BEFORE,
    FAILED,
    SKIPPED,
    UNTESTED,
    WENT_WRONG,
    ExampleStory,
    FeatureStory,
    RunStory,
)

#: Characters that XML cannot have, not even escaped.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(story: RunStory) -> str:
    """A test suite for each feature, a test case for each example."""
    root = ElementTree.Element("testsuites", {"name": "accord", **_counts(story.examples)})
    for feature in story.features:
        root.append(_suite(feature))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(feature: FeatureStory) -> ElementTree.Element:
    about = {"name": _plain(feature.name), "file": feature.path, **_counts(feature.examples)}
    suite = ElementTree.Element("testsuite", about)
    for rule in feature.rules:
        names = [name for name in (feature.name, rule.name) if name]
        for example in rule.examples:
            suite.append(_case(example, " - ".join(names), feature.path))
    return suite


def _case(example: ExampleStory, classname: str, path: str) -> ElementTree.Element:
    telling = example.telling
    case = ElementTree.Element(
        "testcase",
        name=_plain(example.name),
        classname=_plain(classname),
        time=f"{telling.seconds:.3f}",
        file=path,
        line=str(example.line),
    )
    rate = rate_of(example)
    if rate is not None:
        properties = ElementTree.SubElement(case, "properties")
        for name, value in rate.told().items():
            if name not in ("location", "example"):
                text = " to ".join(map(str, value)) if isinstance(value, list) else str(value)
                about = {"name": f"repeats.{name}", "value": text}
                ElementTree.SubElement(properties, "property", about)
    if example.status in WENT_WRONG:
        what = "failure" if example.status == FAILED else "error"
        words = telling.reason or f"the example was {example.status}"
        about = {"message": _plain(in_parts(words).short), "type": example.status}
        told = ElementTree.SubElement(case, what, about)
        told.text = _plain("\n".join([words, "", telling.command, telling.evidence or ""]).strip())
    elif example.status in (SKIPPED, UNTESTED):
        why = telling.why_skipped or ENDED_BEFORE
        ElementTree.SubElement(case, "skipped", message=_plain(why))
    out = ElementTree.SubElement(case, "system-out")
    out.text = _plain(
        "\n".join(
            f"{step.keyword} {step.name} ... {step.status or 'not reached'}"
            for step in telling.steps
        )
    )
    return case


def _counts(examples: list[ExampleStory]) -> dict[str, str]:
    wrong = [example.status for example in examples if example.status in WENT_WRONG]
    left_out = [example for example in examples if example.status in (SKIPPED, UNTESTED)]
    return {
        "tests": str(len(examples)),
        "failures": str(wrong.count(FAILED)),
        "errors": str(len(wrong) - wrong.count(FAILED)),
        "skipped": str(len(left_out)),
        "time": f"{sum(example.telling.seconds for example in examples):.3f}",
    }


def _plain(text: str) -> str:
    return _UNSPEAKABLE.sub("\N{REPLACEMENT CHARACTER}", text)
