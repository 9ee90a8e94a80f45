"""Behave's hooks: each hands over to the suite at once."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from behave.model import Scenario, Step

from support import sentences
from support.domain import NOTHING_SELECTED, EnvironmentProblem, NothingSelected
from support.ending import Ending
from support.evidence.narration import Narration
from support.evidence.report import report_trouble
from support.evidence.run_report import RunReport
from support.exit_codes import ExitCode, code_of_problem
from support.kept.front import Front
from support.notify.news import Teller
from support.running.lifeline import end_when_alone
from support.running.repeating import repeated
from support.settings import Keep, Settings, read_settings
from support.suite import Suite, tell


def _give_up(
    sentence: str,
    code: ExitCode,
    settings: Settings = Settings(),  # noqa: B008  # it is frozen
    teller: Teller | None = None,
) -> NoReturn:
    """End with one sentence. Behave would turn any exception of a hook into a run of its own."""
    verdict = "interrupted" if code is ExitCode.INTERRUPTED else "environment"
    tell(f"accord: {sentence}")
    if settings.part_of is None:  # of a part, the whole run tells it
        summary = report_trouble(sentence, settings.report, verdict)
        if teller is not None and code is not ExitCode.WRONG_CALL:  # nobody was called but us
            teller.tell(summary)
    sys.stdout.flush()
    os._exit(code)


def _end_in_order_from_now_on() -> None:
    """Also where a shell has told us to ignore Ctrl-C. The first hook takes it from here."""

    def give_up(number: int, frame: object) -> None:
        _give_up(_TOO_EARLY, ExitCode.INTERRUPTED)

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, give_up)


def _give_up_if_a_folder_is_missing() -> None:
    """Behave names such a path and says no more, and looks only after it has loaded this file."""
    for word in sys.argv[1:]:
        path = Path(word.split(":")[0])
        if "features" in path.parts and not path.exists():
            _give_up(
                f"there is no {path}: look into features/ for what there is",
                ExitCode.WRONG_CALL,
            )


_TOO_EARLY = "interrupted before the first example"

if __name__ != "environment":  # behave executes this file; whoever imports it wants the sentences
    _end_in_order_from_now_on()
sentences.register_all()
_give_up_if_a_folder_is_missing()

#: The sentence that is added to every example.
STANDING = "everything that always holds has held"


def before_all(context: Any) -> None:
    context.config.setup_logging()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    settings, teller = Settings(), None
    try:
        settings = read_settings(context.config.userdata, os.environ)
        # for us alone: what is started from now on, nodes among them, inherits the environment
        os.environ.pop("ACCORD_NOTIFY_URLS", None)
        teller = Teller(settings, tell)
        if settings.part_of is not None:
            end_when_alone(sys.stdin.fileno())
        _refuse_if_nothing_is_selected(context)
        front = None if settings.keep is Keep.NEVER else Front()
        context.suite = Suite(settings, dict(context.config.userdata), tell, front)
    except EnvironmentProblem as problem:
        _give_up(str(problem), code_of_problem(problem), settings, teller)
    except KeyboardInterrupt:
        _give_up(_TOO_EARLY, ExitCode.INTERRUPTED, settings, teller)
    suite, runner = context.suite, context._runner
    suite.tell_features(runner.features, context.config)
    runner.features[:] = repeated(runner.features, settings.repeat, context.config)
    target = settings.report if settings.part_of is None else None
    report = RunReport(context.config, suite.journal, target, tell)
    ending = Ending(runner, settings, report.summary, teller, tell)
    context.config.reporters += [report, ending]
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


def _refuse_if_nothing_is_selected(context: Any) -> None:
    """Behave would end with 0, and a typo in a tag would look like a success."""
    scenarios = [s for feature in context._runner.features for s in feature.walk_scenarios()]
    if not any(scenario.should_run(context.config) for scenario in scenarios):
        raise NothingSelected(NOTHING_SELECTED)
