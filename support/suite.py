"""One run of the suite: from the options that a person gave to networks, worlds and evidence."""

from __future__ import annotations

import secrets
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from behave.model import Feature, Scenario, Step

from support.domain import BadRequest, Capability, EnvironmentProblem, NodeName
from support.engines import janitor
from support.engines.registry import best_engine, engine_named
from support.engines.runs import Run
from support.evidence.bundle import Failure, last_lines, write_bundle
from support.evidence.feature_text import told
from support.implementations.registry import implementation_named
from support.journal import Journal
from support.network import Network
from support.pool import Pool
from support.run_folders import RUNS, forget_old_runs
from support.settings import Keep, Settings
from support.start import start_network
from support.topology import Topology
from support.world import World

_NEED = "needs."

#: Of each node's log, in the evidence; at a few lines a block this covers a long example.
_LOG_LINES = 5000


class Suite:
    """Everything that lives as long as a run."""

    def __init__(
        self, settings: Settings, options: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self.settings = settings
        self._options = options
        self._say = say
        self._implementation = implementation_named(settings.implementation)
        self._seed = secrets.randbelow(10**6) if settings.seed is None else settings.seed
        self.run = Run()
        named = f"{datetime.now():%Y-%m-%d-%H%M%S}-{self.run.id}"
        if settings.part_of is None:
            forget_old_runs()
        self.journal = Journal((settings.part_of or RUNS / named) / "journal.jsonl")
        try:
            engine = settings.engine or best_engine(say)
            with suppress(BadRequest):  # an engine of somebody else's has nothing to sweep
                if "." not in engine:
                    janitor.sweep_dead_runs(say, (engine,))
            self._engine = engine_named(engine, self.run, say)
        except BaseException:
            self.run.close()
            raise
        self.journal.write(
            "run started",
            run=self.run.id,
            engine=self._engine.name,
            engine_version=self._engine.version,
            implementation=self._implementation.name,
            implementation_version=self._implementation.version,
            seed=self._seed,
            options=dict(options),
            command=settings.part_command or shlex.join(["behave", *sys.argv[1:]]),
        )
        self._pool = Pool(self._start_network, self.journal)
        self._offered = self._implementation.capabilities | self._engine.capabilities
        self._evidence = settings.evidence / named
        self._began = time.monotonic()
        self._kept: list[Network] = []

    def tell_features(self, features: Iterable[Feature], config: Any) -> None:
        """Write down what is to be run, in its own words, before anything is."""
        for feature in features:
            text = told(feature, lambda scenario: bool(scenario.should_run(config)))
            if text is not None:
                self.journal.write("feature selected", feature=text)

    # -- one scenario

    def skip(self, scenario: Scenario, why: str) -> None:
        """Leave a scenario out, for a reason that every report tells."""
        self.journal.write("scenario skipped", location=str(scenario.location), why=why)
        scenario.skip(why)

    def missing_for(self, scenario: Scenario) -> str | None:
        """Why a scenario cannot run here, in words; None when everything that it needs is there."""
        for tag in scenario.effective_tags:
            if tag.startswith(_NEED):
                needed = _capability(tag)
                for who in (self._engine, self._implementation):
                    if needed in who.lacks:
                        return who.lacks[needed]
                if needed not in self._offered:
                    return (
                        f"{self._implementation.name} on {self._engine.name} does not offer "
                        f"{needed.value.replace('_', ' ')}"
                    )
        return None

    def new_world(self, scenario: Scenario) -> World:
        """The world that a scenario starts with: no network, no customers."""
        self._began = time.monotonic()
        self.journal.write("scenario started", name=scenario.name, location=str(scenario.location))
        return World(
            self._pool,
            self.journal,
            block_time=self.settings.block_time or self._implementation.block_time,
            private="private_network" in scenario.effective_tags,
            # by the scenario's name as well, so that it is the same whichever others run
            seed=f"{self._seed} {scenario.name}",
        )

    def gather_evidence(
        self, world: World, scenario: Scenario, step: Step, words: str
    ) -> Path | None:
        """Write down all that is known about a step that went wrong; where it can be found.

        The network may be what is broken, and the disk may be full; evidence that cannot be had
        must not hide the failure that it is about.
        """
        failure = Failure(
            feature=scenario.feature.name,
            example=scenario.name,
            step=f"{step.keyword} {step.name}",
            words=words,
            command=self._command(scenario),
            began=self._began,
            logs=_logs_of(world) or getattr(step.exception, "logs", {}),
        )
        folder, trouble = None, None
        try:
            folder = write_bundle(failure, self.journal.path, self._evidence)
        except OSError as error:
            trouble = f"the evidence could not be written to {self._evidence}: {error}"
            self._say(trouble)
        self.journal.write(
            "step went wrong",
            location=str(scenario.location),
            line=step.line,
            step=step.name,
            status=step.status.name,
            words=words,
            command=failure.command,
            evidence=str(folder) if folder else None,
            evidence_trouble=trouble,
            logs={node: last_lines(log) for node, log in failure.logs.items()},
        )
        return folder

    def end_scenario(self, world: World, scenario: Scenario) -> None:
        """Give the network back, throw it away, or keep it for people."""
        failed = scenario.status.has_failed()
        self.journal.write(
            "scenario finished",
            name=scenario.name,
            location=str(scenario.location),
            status=scenario.status.name,
        )
        keep = self.settings.keep
        if failed and world.has_network() and keep in (Keep.ON_FAILURE, Keep.ALWAYS):
            self._keep(world.hand_over())
        world.let_go(healthy=not failed)

    # -- the end

    def close(self, *, interrupted: bool) -> None:
        """Remove everything of this run but what people asked to keep, and say what was kept."""
        try:
            if self.settings.keep is Keep.ALWAYS:
                for network in self._pool.hand_over_all():
                    self._keep(network)
            self._pool.close()
            self._engine.close()
        except EnvironmentProblem as problem:
            self.journal.write("trouble", words=str(problem))
            raise
        except KeyboardInterrupt:
            interrupted = True
            raise
        finally:
            self.journal.write("run finished", run=self.run.id, interrupted=interrupted)
            self.journal.close()
            self.run.close()
        for network in self._kept:
            self._say(_how_to_look_at(network))

    def _start_network(self, topology: Topology) -> Network:
        return start_network(
            topology,
            implementation=self._implementation,
            engine=self._engine,
            journal=self.journal,
            patience=self.settings.patience,
        )

    def _keep(self, network: Network | None) -> None:
        if network is not None:
            network.deployment.keep()
            self._kept.append(network)

    def _command(self, scenario: Scenario) -> str:
        given = {**self._options, "seed": str(self._seed)}
        options = [f"-D {shlex.quote(f'{name}={value}')}" for name, value in given.items()]
        return " ".join(["behave", shlex.quote(str(scenario.location)), *options])


def tell(sentence: str) -> None:
    """Say something to the person at the terminal, past Behave's capture of standard output."""
    print(sentence, file=sys.__stderr__, flush=True)


def _capability(tag: str) -> Capability:
    name = tag.removeprefix(_NEED)
    try:
        return Capability(name)
    except ValueError:
        known = ", ".join(sorted(capability.value for capability in Capability))
        raise BadRequest(f"@{tag} needs something nobody has heard of; known are {known}") from None


def _logs_of(world: World) -> dict[NodeName, str]:
    if not world.has_network():
        return {}
    logs = {}
    deployment = world.network.deployment
    for node in deployment.nodes:
        try:
            logs[node] = deployment.logs(node, tail=_LOG_LINES)
        except EnvironmentProblem as problem:
            logs[node] = f"(the log could not be read: {problem})\n"
    return logs


def _how_to_look_at(network: Network) -> str:
    rows = [f"  {what}: {how}" for what, how in network.hints().items()]
    return "\n".join([f"The network {network.name} was kept:", *rows])
