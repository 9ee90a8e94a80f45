"""What is written as TOML is read back as it was."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as values

from support.implementations.cosmos.toml_text import flattened, merged, written

_TEXT = values.text(values.characters(exclude_categories=["Cs"]), max_size=8)
_PLAIN = (
    _TEXT
    | values.integers(-(2**63), 2**63 - 1)
    | values.booleans()
    | values.floats(allow_nan=False, allow_infinity=False)
)
_VALUES = values.recursive(
    _PLAIN | values.lists(_PLAIN, max_size=3),
    lambda deeper: (
        values.dictionaries(_TEXT, deeper, min_size=1, max_size=3)
        | values.lists(values.dictionaries(_TEXT, deeper, max_size=2), max_size=2)
    ),
    max_leaves=8,
)


@given(values.dictionaries(_TEXT, _VALUES, max_size=4))
def test_read_back_as_it_was(content):
    assert tomllib.loads(written(content)) == content


def test_it_looks_as_people_write_it():
    content = {"a": 1, "b": {"c": "x", "d": {"e": [True, 2]}}, "f": {"g": {"h": 0.5}}}
    assert written(content) == 'a = 1\n\n[b]\nc = "x"\n\n[b.d]\ne = [true, 2]\n\n[f.g]\nh = 0.5\n'


def test_the_old_stays_where_nothing_new_is_said():
    old = {"a": {"b": 1, "c": 2}, "d": 3}
    assert merged(old, {"a": {"c": 4}, "e": {"f": 5}}) == {
        "a": {"b": 1, "c": 4},
        "d": 3,
        "e": {"f": 5},
    }
    assert old == {"a": {"b": 1, "c": 2}, "d": 3}


def test_paths_with_dots():
    assert flattened({"a": {"b": 1, "c.d": [2]}, "e": {}}) == {"a.b": 1, "a.c.d": [2]}
