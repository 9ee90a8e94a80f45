"""The process that delivers: reads an errand from its input, and says a line for each address.

``NUMBER delivered``, or ``NUMBER`` and why not, as soon as it is known.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import apprise

from support.notify.delivery import DELIVERED

_say = threading.Lock()


def main() -> None:
    """All addresses side by side, so that one that hangs keeps nobody else waiting."""
    errand = json.load(sys.stdin)
    urls = list(enumerate(errand["urls"], start=1))
    with ThreadPoolExecutor(max_workers=len(urls)) as each:
        for number, url in urls:
            each.submit(_bring, number, url, errand["title"], errand["body"])


def _bring(number: int, url: str, title: str, body: str) -> None:
    post = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Accord", async_mode=False))
    if not post.add(url):
        answer = "this is no address that apprise knows"
    elif post.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT):
        answer = DELIVERED
    else:
        answer = "refused, or nobody there"
    with _say:
        os.write(sys.stdout.fileno(), f"{number} {answer}\n".encode())


if __name__ == "__main__":
    main()
