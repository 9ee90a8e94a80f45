"""The process that has networks for people: it stays with them until they are taken down."""

from __future__ import annotations

import os
import re
import signal
import socketserver
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from support.domain import BadRequest, EnvironmentProblem
from support.engines import runs
from support.engines.runs import Run
from support.journal import Journal
from support.kept import spoken, wire
from support.kept.desk import Desk
from support.kept.front import Front
from support.kept.wire import Stream
from support.world import World

#: In the folder of the run: what happened after it, and what an owner in the background had to say.
_JOURNAL, _LOG = "afterwards.jsonl", "owner.log"
#: Letters of the run's id that are enough to tell networks apart.
_SHORT = 4


class Owner:
    """Some networks of one run, each with a socket that only this user can reach.

    Everything that they hang on is in this process: the nodes, their helpers, the undo of faults,
    keys, and whoever has blocks made. When it ends, in whatever way, nothing is left of them.
    """

    def __init__(
        self,
        worlds: Sequence[tuple[World, str]],
        *,
        run: Run,
        software: str,
        engine: str,
        folder: Path,
        let_go: Callable[[], None],
    ) -> None:
        spoken.learn()
        self._run = run
        self._let_go = let_go
        self._folder = folder
        self._nobody_left = threading.Event()
        self._over = threading.Event()
        self._lock = threading.Lock()
        room = runs.make_room_for_sockets(run.id)
        base = re.sub(r"[^A-Za-z0-9]+", "-", software.partition(" ")[0])[:24]
        self._servers: dict[str, _Server] = {}
        for number, (world, story) in enumerate(worlds, 1):
            name = f"{base}-{run.id[:_SHORT]}" + (f"-{number}" if len(worlds) > 1 else "")
            facts = {
                "network": name,
                "implementation": software,
                "engine": engine,
                "owner": os.getpid(),
                "story": story,
                "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}",
                "journal": str(self._folder / _JOURNAL),
            }
            self._servers[name] = _Server(room / name, Desk(world, facts), self._answer)

    def stay(self, front: Front | None, say: Callable[[str], None], journal: Journal) -> None:
        """Serve people until they have taken everything down.

        With a ``front`` this process does so in the background and never returns; what returns is
        a copy of it that finishes the run.
        """
        for name, server in self._servers.items():
            say(_how_to_use(name, server.desk))
        if front is not None and not front.part(self._folder / _LOG):
            return
        try:
            journal.go_on_in(self._folder / _JOURNAL)
            try:
                self._serve()
            finally:
                journal.close()
        except Exception:
            if front is None:
                raise
            traceback.print_exc()  # to its log: whoever called has long been told how the run ended
        if front is not None:
            _vanish()

    def _serve(self) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.default_int_handler)
        try:
            for server in list(self._servers.values()):
                server.desk.open()
                server.start()
            self._nobody_left.wait()
        except KeyboardInterrupt:
            for name in list(self._servers):
                with suppress(EnvironmentProblem):  # what is left is removed below
                    self._take_down(name)
        finally:
            try:
                self._let_go()
            finally:
                self._over.set()

    def _take_down(self, name: str) -> None:
        with self._lock:
            server = self._servers.get(name)
            if server is None:
                raise BadRequest(f"{name} is just being taken down")
            server.desk.close()
            del self._servers[name]
        server.place.unlink(missing_ok=True)

    def _answer(self, server: _Server, stream: Stream, out: Stream) -> None:
        """One question, from the first to the last word. The caller may hang up at any time."""
        with suppress(OSError):
            for asked in wire.messages(stream):
                for told in self._answers(server, asked):
                    wire.write(out, told)
                break
        if not self._servers:
            self._nobody_left.set()
            self._over.wait()  # the caller is told of the end by hanging up

    def _answers(self, server: _Server, asked: wire.Message) -> Iterator[wire.Message]:
        try:
            if asked["do"] == "down":
                self._take_down(server.place.name)
                yield {"done": None}
            else:
                yield from server.desk.answer(asked)
        except (AssertionError, EnvironmentProblem) as problem:
            yield wire.wrong(problem)
        except Exception as problem:  # noqa: BLE001 - the networks live on, and so does this one
            traceback.print_exc()
            yield wire.wrong(EnvironmentProblem(f"{type(problem).__name__}: {problem}"))


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A socket, and a thread for everybody who calls."""

    daemon_threads = True

    def __init__(
        self, place: Path, desk: Desk, answer: Callable[[_Server, Stream, Stream], None]
    ) -> None:
        self.place = place
        self.desk = desk
        self.answer = answer
        super().__init__(str(place), _Call)

    def start(self) -> None:
        """Take calls in the background."""
        threading.Thread(target=self.serve_forever, name="accord-desk", daemon=True).start()


class _Call(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """See the base class."""
        self.server.answer(self.server, self.rfile, self.wfile)


def _how_to_use(name: str, desk: Desk) -> str:
    several = len(runs.sockets()) > 1
    which = f" --network {name}" if several else ""
    rows = {
        **desk.hints(),
        "see how it is": f"python -m support status{which}",
        "read its logs": f"python -m support logs -f{which}",
        "play with it": f"python -m support shell{which}",
        "break it": f'python -m support fault{which} "node 1 is cut off from the others"',
        "remove it": f"python -m support down{which}",
    }
    lines = [f"  {what}: {how}" for what, how in rows.items()]
    return "\n".join([f"The network {name} is there:", *lines])


def _vanish() -> NoReturn:
    """End without what a run does at its end: the copy has done it."""
    os._exit(0)
