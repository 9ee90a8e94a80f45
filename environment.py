"""Behave's hooks: each hands over to the suite at once."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from behave.model import Scenario, Step

from support import sentences
from support.domain import BadRequest, EnvironmentProblem
from support.evidence.narration import Narration
from support.evidence.report import report_trouble
from support.evidence.run_report import RunReport
from support.kept.front import Front
from support.settings import Keep, Settings, read_settings
from support.suite import Suite, tell


def _give_up(
    sentence: str, status: int, report: Path = Settings.report, verdict: str = "environment"
) -> NoReturn:
    """End with one sentence. Behave would turn any exception of a hook into a run of its own."""
    report_trouble(sentence, report, verdict)
    tell(f"accord: {sentence}")
    sys.stdout.flush()
    os._exit(status)


def _give_up_if_a_folder_is_missing() -> None:
    """Behave names such a path and says no more, and looks only after it has loaded this file."""
    for word in sys.argv[1:]:
        path = Path(word.split(":")[0])
        if "features" in path.parts and not path.exists():
            _give_up(f"there is no {path}: look into features/ for what there is", 2)


sentences.register_all()
_give_up_if_a_folder_is_missing()

#: The sentence that is added to every example.
STANDING = "everything that always holds has held"


def before_all(context: Any) -> None:
    context.config.setup_logging()
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell may have told us to ignore them
        signal.signal(ending, signal.default_int_handler)
    report = Settings.report
    try:
        settings = read_settings(context.config.userdata, os.environ)
        report = settings.report
        _give_up_if_nothing_is_selected(context, report)
        front = None if settings.keep is Keep.NEVER else Front()
        context.suite = Suite(settings, dict(context.config.userdata), tell, front)
    except EnvironmentProblem as problem:
        _give_up(str(problem), 2 if isinstance(problem, BadRequest) else 3, report)
    except KeyboardInterrupt:
        _give_up("interrupted before the first example", 1, report, verdict="interrupted")
    suite, runner = context.suite, context._runner
    suite.tell_features(runner.features, context.config)
    context.config.reporters.append(RunReport(context.config, suite.journal, settings.report, tell))
    narration = Narration(context.config, runner.step_registry, _evidence_of(context))
    runner.formatters.insert(0, narration)


def before_scenario(context: Any, scenario: Scenario) -> None:
    missing = context.suite.missing_for(scenario)
    if missing:
        context.suite.skip(scenario, missing)
        return
    context.world = context.suite.new_world(scenario)
    last = scenario.steps[-1] if scenario.steps else None
    if last is not None and last.name != STANDING:
        scenario.steps.append(Step(last.filename, last.line, "And", "then", STANDING))


def before_step(context: Any, step: Step) -> None:
    context.suite.journal.write(
        "step started", step=step.name, keyword=step.keyword, line=step.line
    )


def after_step(context: Any, step: Step) -> None:
    context.suite.journal.write(
        "step finished",
        step=step.name,
        line=step.line,
        status=step.status.name,
        seconds=round(step.duration, 3),
    )


def after_scenario(context: Any, scenario: Scenario) -> None:
    world = context.world if "world" in context else None
    if world is not None:
        context.suite.end_scenario(world, scenario)


def after_all(context: Any) -> None:
    if "suite" in context:
        context.suite.close(interrupted=context.aborted)


def _evidence_of(context: Any) -> Any:
    def afterword(step: Step) -> str:
        words = step.error_message or ""
        folder = context.suite.gather_evidence(context.world, context.scenario, step, words)
        return f"\n\nEvidence: {folder}" if folder else ""

    return afterword


def _give_up_if_nothing_is_selected(context: Any, report: Path) -> None:
    """Behave would end with 0, and a typo in a tag would look like a success."""
    scenarios = [s for feature in context._runner.features for s in feature.walk_scenarios()]
    if not any(scenario.should_run(context.config) for scenario in scenarios):
        _give_up("nothing was selected: no example has these tags, names or lines", 5, report)
