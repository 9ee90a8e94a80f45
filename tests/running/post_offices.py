"""Real servers on loopback that messages are delivered to, and what they did with them."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

#: What must never be seen anywhere but in the address itself.
SECRET = "s3cretS3cretS3cretS3cret99"


class Office:
    """An endpoint of HTTP that answers everybody with one status."""

    def __init__(self, status: int) -> None:
        self.taken: list[Any] = []
        office = self

        class Clerk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                office.taken.append(json.loads(self.rfile.read(length)))
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Clerk)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def http_office(status: int = 200) -> Iterator[Office]:
    office = Office(status)
    try:
        yield office
    finally:
        office.close()


class Letterbox:
    """What a mail server took in; one that refuses says no to every recipient."""

    def __init__(self, *, refuses: bool) -> None:
        self.letters: list[Message] = []
        self._refuses = refuses

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._refuses:
            return "550 nobody of that name lives here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content))
        return "250 taken"


def _lets_in_who_knows_the_secret(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    return AuthResult(success=data.password == SECRET.encode())


@contextmanager
def mail_office(*, refuses: bool = False) -> Iterator[tuple[int, Letterbox]]:
    box = Letterbox(refuses=refuses)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=_lets_in_who_knows_the_secret,
        auth_require_tls=False,  # it is on loopback
    )
    controller.start()
    try:
        yield port, box
    finally:
        controller.stop()


@contextmanager
def silent_office() -> Iterator[int]:
    """Lets everybody in, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def text_of(letter: Message) -> str:
    """The plain words of a letter."""
    parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()
