"""What makes no sense at a door of a node, and who throws it there."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from support.domain import Door, EnvironmentProblem, Litter, NodeName
from support.engines.contract import API, PEERS, Deployment
from support.journal import Journal

_PORTS = {Door.PEERS: PEERS, Door.CUSTOMERS: API}

#: Seconds for which connections of those who say nothing stay open: longer than anybody looks.
_HOLD = 120.0
#: Seconds that a node has to answer, or to hang up.
_WITHIN = 0.3
#: How many callers who say nothing come to a door at once.
_SILENT = 60
_LARGE = 16 * 1024 * 1024
#: Seconds that a helper may take for all of it on a busy machine.
_PATIENCE = 60.0


@dataclass(frozen=True)
class Letter:
    """What is sent over one connection: these bytes, and so many zeros after them."""

    opening: bytes
    zeros: int = 0


def letters(litter: Litter, door: Door, chance: Random) -> Sequence[Letter]:
    """All that is thrown at once at ``door``."""
    made: Mapping[Litter, Callable[[], Sequence[Letter]]] = {
        Litter.NOISE: lambda: _noise(chance),
        Litter.OVERSIZED: lambda: _oversized(door),
        Litter.MALFORMED: lambda: _greetings(chance) if door is Door.PEERS else _requests(),
        Litter.SILENCE: lambda: [Letter(_begun(door))] * _SILENT,
    }
    return made[litter]()


def throw(
    deployment: Deployment,
    journal: Journal,
    node: NodeName,
    door: Door,
    litter: Litter,
    chance: Random,
) -> None:
    """Throw it at a door of ``node``, from beside it: nobody else could be blamed or banned for it.

    Raises :class:`EnvironmentProblem` when none of it got to the door.
    """
    thrown = letters(litter, door, chance)
    address = deployment.address(node)
    hold = _HOLD if litter is Litter.SILENCE else 0.0
    target = f"{address.host}:{address.ports[_PORTS[door]]}"
    words = ["litter", "throw", "--within", str(_WITHIN), "--hold", str(hold), target]
    told = deployment.in_network_namespace(node).run(
        words, stdin=json.dumps([_told(letter) for letter in thrown]), timeout=_PATIENCE
    )
    came = json.loads(told)
    journal.write("litter thrown", node=node, door=door.value, litter=litter.value, **came)
    if not came["made"]:
        raise EnvironmentProblem(
            f"nothing could be thrown at the door for {door.value} of {node}: it does not open"
        )


def _told(letter: Letter) -> Mapping[str, object]:
    return {"bytes": base64.b64encode(letter.opening).decode(), "zeros": letter.zeros}


def _noise(chance: Random) -> Sequence[Letter]:
    return [Letter(chance.randbytes(2**size)) for size in range(15) for _ in range(3)]


def _begun(door: Door) -> bytes:
    """What somebody says who then says nothing more: a request without its end, or not a word."""
    return b"" if door is Door.PEERS else b"POST / HTTP/1.1\r\nHost: node\r\nContent-Length: 10"


def _oversized(door: Door) -> Sequence[Letter]:
    if door is Door.PEERS:
        # A message of protobuf has its length in front: as long as can be said, and longer.
        lengths = [b"\xff\xff\xff\xff\x07", b"\xff" * 9 + b"\x01", b"\xff" * 64]
        return [Letter(length, _LARGE) for length in lengths]
    head = b"POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
    claims = [
        head + b"Content-Length: %d\r\n\r\n" % _LARGE,
        head + b"Content-Length: 99999999999999\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % _LARGE,
        b"GET /" + b"a" * 100_000,
        b"GET / HTTP/1.1\r\nX-Long: ",
    ]
    nested = b"[" * 200_000
    deep = head + b"Content-Length: %d\r\n\r\n" % len(nested) + nested
    return [*(Letter(claim, _LARGE) for claim in claims), Letter(deep)]


def _greetings(chance: Random) -> Sequence[Letter]:
    """Near what CometBFT's peers begin with, a key for this conversation; to all others, noise."""

    def framed(key: bytes) -> bytes:
        return b"\x22\x0a\x20" + key

    return (
        [
            Letter(framed(bytes(32))),  # the point of lowest order, with which everybody agrees
            Letter(framed(b"\x01" + bytes(31))),
            Letter(framed(b"\xff" * 32)),
            Letter(framed(chance.randbytes(32))[:17]),  # it breaks off
            Letter(
                framed(chance.randbytes(32)) + chance.randbytes(1044)
            ),  # nobody can open what comes
            Letter(framed(chance.randbytes(32)), 1044 * 100),
            Letter(b"\x22\x0a\x40" + chance.randbytes(64)),  # a key that is too long
            Letter(b"\x00"),
            Letter(b"\xae\x38\x95\xcf" + chance.randbytes(20)),
            Letter(b"GET / HTTP/1.1\r\nHost: node\r\n\r\n"),
        ]
        * 3
    )


def _requests() -> Sequence[Letter]:
    """Questions that are nearly right, for whoever understands JSON over HTTP."""
    bodies = [
        b"",
        b"null",
        b"[]",
        b"[[],[]]",
        b"{",
        b'"\xff\xfe"',
        b'{"jsonrpc":"2.0","id":0,"method":"status"',
        b'{"jsonrpc":"9","id":{},"method":[],"params":0}',
        b'{"jsonrpc":"2.0","id":0,"method":"no_such_method","params":{}}',
        b'{"jsonrpc":"2.0","id":0,"method":"block","params":{"height":"-1"}}',
        b'{"jsonrpc":"2.0","id":0,"method":"block","params":{"height":"99999999999999999999"}}',
        b'{"jsonrpc":"2.0","id":0,"method":"blockchain","params":{"minHeight":"9","maxHeight":"1"}}',
        b'{"jsonrpc":"2.0","id":0,"method":"tx","params":{"hash":"AA==","prove":true}}',
        b'{"jsonrpc":"2.0","id":0,"method":"broadcast_tx_sync","params":{"tx":""}}',
        b'{"jsonrpc":"2.0","id":0,"method":"broadcast_tx_sync","params":{"tx":"/////w=="}}',
        b'{"jsonrpc":"2.0","id":0,"method":"abci_query","params":{"path":"/","data":"zz"}}',
        b'{"jsonrpc":"2.0","id":0,"method":"getblock","params":[null]}',
        b'{"method":"sendrawtransaction","params":["00"],"id":0}',
        b"[" + b",".join([b'{"jsonrpc":"2.0","id":0,"method":"status"}'] * 500) + b"]",
    ]
    head = b"POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n"
    posts = [head + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]
    lines = [
        b"GET /status HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: node\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"BREW /tea HTTP/1.1\r\nHost: node\r\n\r\n",
        b"GET /block?height=%22x%22 HTTP/1.1\r\nHost: node\r\n\r\n",
        b"GET /tx?hash=0xzz HTTP/1.1\r\nHost: node\r\n\r\n",
        b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: node\r\n\r\n",
        b"GET /v3/kv/range HTTP/1.1\r\nHost: node\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32),  # TLS begins like this
    ]
    return [Letter(text) for text in [*posts, *lines]]
