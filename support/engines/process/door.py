"""Lets whoever is on this machine talk to a server in a network namespace, and nobody else.

    door.py FD HOST:PORT

FD is a listening socket that belongs to the namespace of whoever started this; every connection to
it is carried on to HOST:PORT, as seen from the namespace that this runs in. A connection that
cannot be carried on is closed at once. It ends when it is killed.

It needs nothing but Python's standard library without ``site``, because it has to be there at once.
"""

from __future__ import annotations

import socket
import sys
import threading

BLOCK = 65536


def main(listening: int, target: str) -> None:
    """Serve for ever."""
    host, _, port = target.rpartition(":")
    with socket.socket(fileno=listening) as server:
        while True:
            visitor, _ = server.accept()
            threading.Thread(target=_serve, args=(visitor, (host, int(port))), daemon=True).start()


def _serve(visitor: socket.socket, target: tuple[str, int]) -> None:
    with visitor:
        try:
            inner = socket.create_connection(target)
        except OSError:
            return
        with inner:
            for line in (visitor, inner):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_carry, args=(inner, visitor), daemon=True)
            back.start()
            _carry(visitor, inner)
            back.join()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Until one end has nothing more to say; the other is told so."""
    try:
        while block := source.recv(BLOCK):
            sink.sendall(block)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
