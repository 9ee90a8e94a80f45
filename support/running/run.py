"""A parallel run from the words of a person to one report, one verdict and one exit code."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from support.domain import NOTHING_SELECTED, EnvironmentProblem, NothingSelected
from support.ending import say_and_tell
from support.evidence.report import append_job_summary, report_trouble
from support.evidence.summary import closing_words
from support.exit_codes import ExitCode, code_of_problem
from support.notify.news import Teller
from support.run_folders import PARTS, RUNS, forget_old_runs
from support.running import plan
from support.running.endings import requests_to_end
from support.running.last_run import did_not_pass, known_seconds, seconds_from
from support.running.merging import keep, merge
from support.running.part import Part
from support.running.progress import Progress
from support.running.record import Record, command
from support.running.selection import Selection, select
from support.running.side_by_side import Ended, SideBySide, folder_of
from support.running.view import view_for
from support.settings import Settings, read_settings

#: Of the output of a feature that went wrong.
_LAST_LINES = 40


@dataclass(frozen=True)
class Wishes:
    """What a person asked of a parallel run beside Behave's own words.

    ``jobs`` is None for what this machine bears, ``shard`` is (number, of how many), and
    ``durations`` a ``run.json`` that is the same for all shards.
    """

    jobs: int | None = None
    repeat: int = 1
    rerun_failed: bool = False
    shard: tuple[int, int] | None = None
    durations: Path | None = None


def run_features(wishes: Wishes, arguments: Sequence[str], say: Callable[[str], None]) -> ExitCode:
    """Run what ``arguments`` select for Behave.

    Raises :class:`BadRequest` for what makes no sense, :class:`NothingSelected` and
    :class:`EnvironmentProblem`; a run that has begun always ends with a report.
    """
    selection = select(arguments)
    settings = read_settings(selection.userdata, os.environ)
    if wishes.rerun_failed:
        selection = select(arguments, only=did_not_pass(settings.report / "run.json"))
    teller = Teller(settings, say)
    os.environ.pop("ACCORD_NOTIFY_URLS", None)  # the whole run tells, and no part of it
    try:
        return _Run(wishes, selection, settings, teller, say).run()
    except EnvironmentProblem as problem:
        code = code_of_problem(problem)
        if code is not ExitCode.WRONG_CALL:
            teller.tell(report_trouble(str(problem), settings.report, "environment"))
        raise


class _Run:
    def __init__(
        self,
        wishes: Wishes,
        selection: Selection,
        settings: Settings,
        teller: Teller,
        say: Callable[[str], None],
    ) -> None:
        self._wishes = wishes
        self._selection = selection
        self._settings = settings
        self._teller = teller
        self._say = say
        last = known_seconds(settings.report / "run.json")
        self._known = last if wishes.durations is None else seconds_from(wishes.durations)

    def run(self) -> ExitCode:
        features = list(self._selection.features)
        if self._wishes.shard is not None:
            agreed = self._known if self._wishes.durations is not None else {}
            features = plan.shard_of(features, *self._wishes.shard, agreed)
        if not features:
            raise NothingSelected(self._why_nothing())
        jobs, why_fewer = plan.side_by_side(
            self._wishes.jobs, cores=plan.cores_here(), memory=plan.memory_here()
        )
        if why_fewer:
            self._say(why_fewer)
        tasks = plan.tasks_for(features, self._known, repeat=self._wishes.repeat, jobs=jobs)
        progress = Progress(tasks, self._known, jobs)
        forget_old_runs()
        folder = RUNS / f"{datetime.now():%Y-%m-%d-%H%M%S}-{secrets.token_hex(4)}"
        self._say(
            f"{len(features)} features, {progress.examples} examples, "
            f"{min(jobs, len(tasks))} at once; logs in {folder}"
        )

        options = self._selection.options
        given = self._settings.seed
        seed = secrets.randbelow(10**6) if given is None else given

        record = Record(
            folder,
            features,
            times=self._wishes.repeat,
            seed=seed,
            options=self._selection.userdata,
        )

        def start(task: plan.Task) -> Part:
            return Part(task, folder_of(task, folder / PARTS), options, seed, command())

        try:
            with requests_to_end() as requests, view_for(progress) as view:
                ended = SideBySide(
                    tasks, start, progress, view, requests, stop_at_failure=self._selection.stop
                ).run(jobs)
        except EnvironmentProblem as problem:
            record.give_up(str(problem))
            raise
        record.end(ended)
        return self._close(ended, record.path)

    def _why_nothing(self) -> str:
        if not self._selection.features or self._wishes.shard is None:
            return NOTHING_SELECTED
        number, shards = self._wishes.shard
        return (
            f"nothing was selected: shard {number}/{shards} has none of the "
            f"{len(self._selection.features)} features"
        )

    def _close(self, ended: Ended, record: Path) -> ExitCode:
        target = self._settings.report
        summary = merge(ended, record, target)
        keep(summary, target)
        append_job_summary(target, os.environ)
        for part in ended.parts:
            self._show_what_it_said(part)
        for task, _ in ended.not_run:
            self._say(f"not run: {task.feature.path}")
        if summary["trouble"]:
            self._say(f"trouble: {summary['trouble']}")
        self._say(closing_words(summary, target / "index.html"))
        return say_and_tell(summary, self._settings, self._teller, self._say)

    def _show_what_it_said(self, part: Part) -> None:
        """All of a feature that went wrong; of others, which networks they kept."""
        if not part.went_wrong:
            for kept in part.kept_networks():
                self._say(kept)
            return
        lines = part.last_lines(_LAST_LINES)
        self._say("\n".join([f"--- {part.task.name} said last ({part.log}):", *lines, ""]))
