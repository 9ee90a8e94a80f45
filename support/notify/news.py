"""Decides whether a verdict is news, and has it delivered; the run goes on whatever comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from support.notify.delivery import deliver
from support.notify.words import message
from support.settings import Notify, Settings


class Teller:
    """Made when a run begins, because it ends by overwriting what the last one has left."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._last = verdict_in(settings.report / "run.json")

    def tell(self, summary: Mapping[str, Any], late: Sequence[str] = ()) -> None:
        """Once, at the end of a run. Says what could not be delivered; raises nothing for that.

        A part of a parallel run is given no addresses.
        """
        settings = self._settings
        if not settings.notify_urls:
            return
        if not is_news(self._last, str(summary["verdict"]), settings.notify):
            return
        link = settings.report_url or str((settings.report / "index.html").absolute())
        title, body = message(summary, late, before=self._last, link=link)
        for sentence in deliver(settings.notify_urls, title, body):
            self._say(sentence)


def is_news(before: str | None, now: str, when: Notify) -> bool:
    """Where no earlier run is known, whatever has not passed is news."""
    return when is Notify.ALWAYS or now != (before or "passed")


def verdict_in(report: Path) -> str | None:
    """The verdict of the run that was reported there, if there is one."""
    try:
        return str(json.loads(report.read_text(encoding="utf-8"))["verdict"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
