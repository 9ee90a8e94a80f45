"""A node's HTTP port that says what a test wants it to say, mostly what a real node once said."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PlayedNode:
    """Answers every request with the next of its replies, and the last one for ever after.

    ``questions`` are the bodies that were posted, None for what was only got; ``paths`` are where.
    """

    def __init__(self) -> None:
        self.questions: list[Any] = []
        self.paths: list[str] = []
        self.connections = 0
        self.headers: dict[str, str] = {}
        self._replies: list[tuple[bytes, int, int]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def says(self, reply: object, *, code: int = 200) -> None:
        """Queue a reply as JSON."""
        self.sends(json.dumps(reply).encode(), code=code)

    def sends(self, reply: bytes, *, promised: int | None = None, code: int = 200) -> None:
        """Queue a reply as it is; ``promised`` is the length that its header claims."""
        self._replies.append((reply, len(reply) if promised is None else promised, code))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Otherwise the kernel holds the body back for 40 ms, as it comes after the headers.
            disable_nagle_algorithm = True

            def setup(self) -> None:
                node.connections += 1
                super().setup()

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self._answer(json.loads(self.rfile.read(length)))

            def do_GET(self) -> None:
                self._answer(None)

            def _answer(self, question: Any) -> None:
                node.questions.append(question)
                node.paths.append(self.path)
                reply, promised, code = node._replies[0]
                if len(node._replies) > 1:
                    del node._replies[0]
                self.send_response(code)
                self.send_header("Content-Length", str(promised))
                for name, value in node.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply)
                self.close_connection = promised != len(reply)

            def log_message(self, format: str, *args: object) -> None:
                """A test has nothing to log."""

        return Handler
