"""The checks of code find what they are there for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint import code

#: Put together here, so that a search for who sleeps does not find this file.
SLEEP = "sleep"

ROOT = Path(__file__).resolve().parents[2]

JUDGE = """
import sys
from pathlib import Path
from tests.lint import code

root = Path(sys.argv[1])
for complaint in code.unbound_sentences(root / "steps", root):
    print("%s:%d: %s" % (complaint.path, complaint.line, complaint.words))
"""


def written(tmp_path: Path, where: str, text: str) -> Path:
    path = tmp_path / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"import time\n\ndef f():\n    time.{SLEEP}(1)\n",
        f"from time import {SLEEP} as nap\n",
        f"import asyncio\n\nasync def f():\n    await asyncio.{SLEEP}(1)\n",
    ],
)
def test_who_sleeps_is_found(tmp_path, text):
    path = written(tmp_path, "support/network.py", text)
    (complaint,) = code.who_sleeps(path, tmp_path)
    assert str(complaint).startswith("support/network.py:")
    assert "only support/waiting.py does" in str(complaint)


def test_the_one_place_that_waits_may_sleep(tmp_path):
    path = written(tmp_path, "support/waiting.py", f"import time\ntime.{SLEEP}(1)\n")
    assert list(code.who_sleeps(path, tmp_path)) == []


NAMES = ("etcd", "injective")


@pytest.mark.parametrize(
    "text",
    [
        'if name == "etcd":\n    pass\n',
        "from support.implementations.injective import IMPLEMENTATION\n",
        "import support.implementations.etcd.client\n",
        "EtcdClient()\n",
        "def start_injective():\n    pass\n",
        "port = node.etcd_port\n",
        'say(f"injective has stopped at {height}")\n',
    ],
)
@pytest.mark.parametrize("where", ["steps/node_steps.py", "support/faults/faults.py"])
def test_who_knows_node_software_by_its_name_is_found(tmp_path, text, where):
    path = written(tmp_path, where, text)
    complaint = next(code.who_names_node_software(path, tmp_path, NAMES))
    assert str(complaint).startswith(f"{where}:1: knows ")


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("support/implementations/etcd/client.py", "class EtcdClient:\n    pass\n"),
        ("support/settings.py", 'default = "injective"\n'),
        ("support/network.py", '"""Seen with injective 1.20.1."""\n# as etcd does\n'),
        ("support/network.py", 'def f():\n    """What etcd does."""\n    fetched = 1\n'),
    ],
)
def test_who_may_name_node_software(tmp_path, where, text):
    path = written(tmp_path, where, text)
    assert list(code.who_names_node_software(path, tmp_path, NAMES)) == []


@pytest.mark.parametrize(
    "annotation", [": Context", ": runner.Context", ": 'SuiteContext'", ": Any", ""]
)
def test_who_takes_the_context_is_found(tmp_path, annotation):
    path = written(tmp_path, "support/pool.py", f"def lease(context{annotation}):\n    pass\n")
    (complaint,) = code.who_sees_the_context(path, tmp_path)
    assert "lease() takes Behave's context" in str(complaint)


def test_a_fixture_may_take_the_context(tmp_path):
    path = written(
        tmp_path, "support/world.py", "@fixture\ndef world(context: Context):\n    yield\n"
    )
    assert list(code.who_sees_the_context(path, tmp_path)) == []


def test_a_step_that_no_sentence_fits_is_found_once_where_it_stands(tmp_path):
    path = written(
        tmp_path,
        "features/payments/paying.feature",
        "Feature: Paying\n"
        "  Background:\n"
        "    Given nobody knows this\n"
        "  Rule: It holds\n"
        "    Scenario Outline: Case <n>\n"
        "      Then nor that\n"
        "      Examples: all\n"
        "        | n |\n"
        "        | 1 |\n"
        "        | 2 |\n",
    )
    found = [str(complaint) for complaint in code.unfitting_steps(path, tmp_path)]
    assert [words.partition(": look")[0] for words in found] == [
        "features/payments/paying.feature:3: no sentence fits `Given nobody knows this`",
        "features/payments/paying.feature:6: no sentence fits `Then nor that`",
    ]


NOT_REGISTERED = """\
from behave import when

@when("Alice pays {amount:NobodyKnows}")
def pays(context, amount): pass
"""

CANNOT_BE_COMPILED = """\
import parse
from behave import given, register_type, when

@parse.with_pattern("(unclosed")
def broken(text): return text

register_type(Broken=broken)

@given("Alice holds {amount:d} coins")
def holds(context, amount): pass

@when("Alice pays {amount:Broken}")
def pays(context, amount): pass
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NOT_REGISTERED, "steps/payment_steps.py:3: Behave cannot read the sentence"),
        (CANNOT_BE_COMPILED, "steps/payment_steps.py:12: Behave does not know the sentence"),
    ],
)
def test_a_sentence_that_behave_does_not_know_is_found(tmp_path, text, said):
    written(tmp_path, "steps/payment_steps.py", text)
    # In a process of its own: Behave has one registry, which the steps of this project are in.
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    (complaint,) = done.stdout.splitlines()
    assert complaint.startswith(said)
