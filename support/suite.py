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
from support.implementations.governance import Upgradable
from support.implementations.registry import implementation_named
from support.journal import Journal
from support.kept.front import Front
from support.kept.owner import Owner
from support.network import Network
from support.pool import Pool
from support.run_folders import RUNS, forget_old_runs, hold_on_to
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
        self,
        settings: Settings,
        options: Mapping[str, str],
        say: Callable[[str], None],
        front: Front | None = None,
    ) -> None:
        self.settings = settings
        self._front = front
        self._options = options
        self._say = say
        self._implementation = implementation_named(settings.implementation)
        self._seed = secrets.randbelow(10**6) if settings.seed is None else settings.seed
        self.run = Run()
        named = f"{datetime.now():%Y-%m-%d-%H%M%S}-{self.run.id}"
        if settings.part_of is None:
            forget_old_runs()
        self.journal = Journal((settings.part_of or RUNS / named) / "journal.jsonl")
        hold_on_to(self.journal.path)
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
        self._kept: list[tuple[World, str]] = []

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
                if needed is Capability.UPGRADE and isinstance(self._implementation, Upgradable):
                    why_not = self._implementation.why_no_upgrade()
                    if why_not:
                        return why_not
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
        return self._world(scenario.name, private="private_network" in scenario.effective_tags)

    def new_world_for_people(self) -> World:
        """A world without a scenario: people say what happens in it."""
        return self._world("for people", private=True)

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
            self.keep(world, f"kept when “{scenario.name}” failed ({scenario.location})")
        else:
            world.let_go(healthy=not failed)

    def keep(self, world: World, story: str) -> None:
        """Leave its network, customers and faults as they are: people go on with them.

        ``story`` says in their words how they come to have it.
        """
        world.leave()
        self._kept.append((world, story))

    # -- the end

    def close(self, *, interrupted: bool) -> None:
        """Remove everything of this run but what is kept for people, and hand that over.

        Where something is kept, this returns in a copy of the process that has nothing else to do
        than to finish the run; the process itself stays with the networks. Without a front it
        returns when people are done with them. An interrupted run keeps nothing.
        """
        try:
            while interrupted and self._kept:  # whoever ends a run wants nothing of it to stay
                world, _ = self._kept.pop()
                world.let_go(healthy=False)
            if self.settings.keep is Keep.ALWAYS and not interrupted:
                for network in self._pool.hand_over_all():
                    world = self._world("for people")
                    world.adopt(network)
                    self._kept.append((world, "kept as it was when the run ended"))
            self._pool.close()
            if not self._kept:
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
            if not self._kept:
                self.run.close()
        if self._kept:
            owner = Owner(
                self._kept,
                run=self.run,
                software=f"{self._implementation.name} {self._implementation.version}",
                engine=f"{self._engine.name} {self._engine.version}",
                folder=self.journal.path.parent,
                let_go=self._let_all_go,
            )
            owner.stay(self._front, self._say, self.journal)

    def _let_all_go(self) -> None:
        try:
            self._engine.close()
        finally:
            self.run.close()

    def _world(self, name: str, *, private: bool = False) -> World:
        return World(
            self._pool,
            self.journal,
            block_time=self.settings.block_time or self._implementation.block_time,
            private=private,
            # by the scenario's name as well, so that it is the same whichever others run
            seed=f"{self._seed} {name}",
        )

    def _start_network(self, topology: Topology) -> Network:
        return start_network(
            topology,
            implementation=self._implementation,
            engine=self._engine,
            journal=self.journal,
            patience=self.settings.patience,
        )

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
