"""Hands a message to everybody who is to have it, in a process of its own and in bounded time.

An address may refuse, answer nonsense, or never answer at all; none of that may cost a run its
verdict. And an address is a secret: in a process whose output nobody prints, no traceback and no
log line of a library can show it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

#: Seconds for all addresses together, which are tried side by side.
TIME_LIMIT = 20.0

_ROOT = Path(__file__).resolve().parents[2]


def deliver(
    urls: Sequence[str], title: str, body: str, *, time_limit: float = TIME_LIMIT
) -> list[str]:
    """One sentence for each address that did not take the message. ``time_limit`` in seconds."""
    told = _through_the_postman({"urls": list(urls), "title": title, "body": body}, time_limit)
    return [
        f"the verdict was not delivered to {_named(url, number)}: {told.get(number, 'no answer')}"
        for number, url in enumerate(urls, start=1)
        if told.get(number) != DELIVERED
    ]


#: What the postman says of an address that took the message.
DELIVERED = "delivered"


def _through_the_postman(errand: dict[str, object], time_limit: float) -> dict[int, str]:
    """Number of the address -> what came of it, for those that were answered in time."""
    try:
        postman = subprocess.Popen(
            [sys.executable, "-m", "support.notify.postman"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            text=True,
            start_new_session=True,  # an impatient Ctrl-C is for the run
        )
    except OSError:
        return {}
    with postman:
        try:
            said, _ = postman.communicate(json.dumps(errand), timeout=time_limit)
        except subprocess.TimeoutExpired:
            postman.kill()
            said, _ = postman.communicate()
        except BaseException:
            postman.kill()
            raise
    answers = [line.partition(" ") for line in said.splitlines()]
    return {int(number): words for number, _, words in answers if number.isdecimal()}


def _named(url: str, number: int) -> str:
    """Which address is meant, without a word of what is secret in it: even a host may be."""
    scheme, colon, _ = url.partition("://")
    shown = scheme if colon and scheme.isalnum() else "no URL"
    return f"address {number} of ACCORD_NOTIFY_URLS ({shown})"
