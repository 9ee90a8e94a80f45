"""The logs of all nodes become one, whatever the nodes say of the time."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from support.domain import EnvironmentProblem, NodeName
from support.kept.log_book import LogBook
from support.kept.log_lines import Level

ONE, TWO = NodeName("node-1"), NodeName("node-2")


class Logs:
    """All that a log book sees of a deployment."""

    def __init__(self, **written: list[str]) -> None:
        self.written = {NodeName(name.replace("_", "-")): lines for name, lines in written.items()}
        self.gone: set[NodeName] = set()

    @property
    def nodes(self) -> tuple[NodeName, ...]:
        return tuple(self.written)

    def logs(self, node: NodeName, *, tail: int = 200) -> str:
        if node in self.gone:
            raise EnvironmentProblem("it was just taken away")
        return "\n".join(self.written[node][-tail:])


def texts(book: LogBook, **more: object) -> list[str]:
    return [line.text for line in book.lines(**more)]  # type: ignore[arg-type]


def test_lines_with_a_date_are_in_the_order_of_their_dates() -> None:
    logs = Logs(
        node_1=["2026-11-25T01:00:00Z INF first", "2026-11-25T01:00:03Z INF third"],
        node_2=["2026-11-25T01:00:02Z INF second", "2026-11-25T01:00:04Z INF fourth"],
    )
    shown = texts(LogBook(logs))  # type: ignore[arg-type]
    assert [text.split()[1] for text in shown] == ["first", "second", "third", "fourth"]


def test_lines_without_a_date_are_in_the_order_in_which_they_were_seen() -> None:
    logs = Logs(node_1=["a"], node_2=["b"])
    book = LogBook(logs)  # type: ignore[arg-type]
    assert sorted(texts(book)) == ["a", "b"]
    logs.written[TWO].append("c")
    assert texts(book)[-1] == "c"
    logs.written[ONE].append("d")
    assert texts(book)[-2:] == ["c", "d"]


def test_what_belongs_to_a_line_has_its_level() -> None:
    logs = Logs(node_1=["INF fine", "ERR broken:", "  the rest of it", "INF fine again"])
    book = LogBook(logs)  # type: ignore[arg-type]
    assert texts(book, least=Level.WARN) == ["ERR broken:", "  the rest of it"]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ({"nodes": [TWO]}, ["b"]),
        ({"last": 1}, ["b"]),
        ({"last": 9}, ["a", "b"]),
        ({"last": 0}, []),
        ({"since": 2e9}, []),
    ],
)
def test_some_of_the_lines(wanted: Mapping[str, object], shown: list[str]) -> None:
    logs = Logs(node_1=["2026-11-25T01:00:00Z a"], node_2=["2026-11-25T01:00:01Z b"])
    assert texts(LogBook(logs), **wanted) == shown  # type: ignore[arg-type]


def test_many_lines_at_once_are_all_seen() -> None:
    logs = Logs(node_1=["first"])
    book = LogBook(logs)  # type: ignore[arg-type]
    texts(book)
    logs.written[ONE] += [str(number) for number in range(5000)]
    assert texts(book) == ["first", *map(str, range(5000))]


def test_a_node_that_is_gone_hides_nobody_else() -> None:
    logs = Logs(node_1=["a"], node_2=["b"])
    logs.gone.add(ONE)
    assert texts(LogBook(logs)) == ["b"]  # type: ignore[arg-type]


def test_lines_are_followed_until_the_network_is_gone() -> None:
    logs = Logs(node_1=["a"])
    book = LogBook(logs)  # type: ignore[arg-type]
    seen: list[str] = []
    met = threading.Event()

    def follow() -> None:
        for line in book.lines(follow=True):
            seen.append(line.text)
            met.set()

    reader = threading.Thread(target=follow)
    reader.start()
    assert met.wait(10)
    met.clear()
    logs.written[ONE].append("b")
    assert met.wait(10)
    book.close()
    reader.join(10)
    assert not reader.is_alive()
    assert seen == ["a", "b"]
