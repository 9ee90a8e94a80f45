"""What every client may rely on when it asks a node for JSON, whatever the node software."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.implementations.contract import Nonsense, Unanswered, Unreachable
from support.implementations.http import Answer, Http
from tests.unit.played_node import PlayedNode


@pytest.fixture
def node() -> Iterator[PlayedNode]:
    played = PlayedNode()
    yield played
    played.close()


@pytest.fixture
def http(node):
    return Http(node.endpoint)


def test_got_and_posted(node, http):
    node.says({"height": 7})
    node.headers["X-Asked"] = "yes"
    assert http.get("/status?full=1").content == {"height": 7}
    reply = http.post("/", {"method": "status"})
    assert (reply.code, reply.headers["x-asked"]) == (200, "yes")
    assert node.paths == ["/status?full=1", "/"]
    assert node.questions == [None, {"method": "status"}]
    assert node.connections == 1


def test_an_error_code_is_part_of_the_answer(node, http):
    node.says({"error": "no such block"}, code=404)
    reply = http.get("/block/99")
    assert (reply.code, reply.content) == (404, {"error": "no such block"})


def test_what_is_no_json_is_nonsense_that_names_the_node(node, http):
    node.sends(b"<html>502 Bad Gateway</html>", code=502)
    with pytest.raises(Nonsense, match=r"\(HTTP 502\): <html>502 Bad Gateway</html>") as nonsense:
        http.get("/")
    assert node.endpoint in str(nonsense.value)


def test_what_cannot_be_unpacked_is_nonsense(node, http):
    node.headers["Content-Encoding"] = "gzip"
    node.says({"height": 7})
    with pytest.raises(Nonsense, match=f"^{node.endpoint} packed its answer wrongly: "):
        http.get("/")


def test_who_hangs_up_is_unreachable_and_never_asked_twice(node, http):
    node.sends(b'{"height": 7', promised=1000)
    node.says({"height": 8})
    with pytest.raises(Unreachable, match=f"^{node.endpoint} did not answer: ") as hung_up:
        http.post("/", {"method": "pay"})
    assert not isinstance(hung_up.value, Unanswered)
    assert len(node.questions) == 1
    assert http.get("/").content == {"height": 8}


def test_an_answer_that_nobody_reads_to_its_end_leaves_nothing_to_the_next(node, http):
    node.sends(b"first\nsecond\n")
    node.says({"height": 7})
    lines = http.lines("/watch", {})
    assert next(lines) == "first"
    lines.close()
    assert http.get("/").content == {"height": 7}


def test_many_threads_ask_at_once(node, http):
    node.says({"height": 7})
    with ThreadPoolExecutor(32) as threads:
        replies = list(threads.map(lambda _: http.get("/"), range(320)))
    assert [reply.content for reply in replies] == [{"height": 7}] * 320


def test_a_proxy_of_the_environment_is_not_meant_for_nodes(node, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    node.says({"height": 7})
    assert Http(node.endpoint).get("/").content == {"height": 7}


def test_a_redirection_is_not_followed(node, http):
    node.headers["Location"] = "http://127.0.0.1:1/"
    node.sends(b"moved", code=302)
    with pytest.raises(Nonsense, match="HTTP 302"):
        http.get("/")


def test_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Unreachable, match="Connection refused"):
            Http(endpoint).get("/")


def test_a_frozen_node_is_unreachable_after_the_promised_time():
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        http = Http(f"127.0.0.1:{frozen.getsockname()[1]}", patience=0.1)
        started = time.monotonic()
        with pytest.raises(Unanswered, match="no answer in time"):
            http.get("/")
        assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("content", "look", "why"),
    [
        ({"a": {}}, lambda answer: answer.at("a", "b"), "no a.b"),
        ({"a": 1}, lambda answer: answer.text("a"), "a is no text"),
        ({"a": "x"}, lambda answer: answer.number("a"), "a is no number"),
        ({"a": float("inf")}, lambda answer: answer.number("a"), "a is no number"),
        ({"a": 1}, lambda answer: answer.flag("a"), "a is neither true nor false"),
        ({"a": {}}, lambda answer: answer.parts("a"), "a is no list"),
    ],
)
def test_what_is_not_there_is_nonsense(content, look, why):
    with pytest.raises(Nonsense, match=f"^here answered nonsense \\({why}\\): "):
        look(Answer("here", content))


def test_a_long_answer_is_quoted_in_short():
    assert len(str(Answer("here", "x" * 1000).nonsense("too long"))) < 200


def test_nobody_who_was_not_there_can_have_done_anything():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable) as nobody:
            Http(f"127.0.0.1:{unused.getsockname()[1]}").post("/pay", {})
    assert not isinstance(nobody.value, Unanswered)


def test_text_is_taken_as_it_is(node, http):
    node.sends(b"height 7\n")
    assert http.text("/metrics") == "height 7\n"
    node.sends(b"not here", code=404)
    http.text("/metrics")
    with pytest.raises(Nonsense, match="HTTP 404"):
        http.text("/metrics")


def test_lines_come_one_by_one(node, http):
    node.sends(b'{"a": 1}\n{"a": 2}\n')
    assert list(http.lines("/watch", {})) == ['{"a": 1}', '{"a": 2}']


def test_lines_that_stop_coming_are_not_waited_for(node):
    node.sends(b'{"a": 1}\n', promised=1000)
    lines = Http(node.endpoint, patience=0.2).lines("/watch", {})
    with pytest.raises(Unreachable):
        list(lines)
