"""What people can ask of one network, and what they are answered."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from support.agreement import all_agree_on_a_new_block
from support.domain import (
    AccountName,
    Amount,
    BadRequest,
    Coins,
    Confirmed,
    Instruction,
    NodeName,
    Outcome,
    Refused,
    Silence,
    node_named,
)
from support.engines.contract import API
from support.kept import spoken
from support.kept.log_book import LogBook
from support.kept.log_lines import Level
from support.kept.wire import Message
from support.sentences import parse_account
from support.world import World

#: As the sentences of the features have them.
_CUSTOMER = re.compile(parse_account.pattern)

#: Facts of a network that do not change.
Facts = Mapping[str, Any]


class Desk:
    """Answers questions about one network; one change at a time, any number of looks."""

    def __init__(self, world: World, facts: Facts) -> None:
        self.facts = facts
        self._world = world
        self._logs = LogBook(world.network.deployment)
        self._turn = threading.Lock()
        self._answers: Mapping[str, Callable[[Message], Iterator[Message]]] = {
            "status": lambda asked: _done(self.status()),
            "logs": self._read_logs,
            "fault": lambda asked: _done(self._say(spoken.fault(asked["words"]))),
            "say": lambda asked: _done(self._say(spoken.sentence(asked["words"]))),
            "faults": lambda asked: _done(spoken.faults()),
            "heal": lambda asked: _done(self._heal()),
            "deposit": self._deposit,
            "pay": self._pay,
            "balance": self._balance,
        }

    def open(self) -> None:
        """Look at the network again, and have blocks made where none comes by itself."""
        self._world.network.watch()
        self._logs.start()

    def close(self) -> None:
        """Remove the network."""
        with self._turn:
            self._logs.close()
            self._world.network.destroy()

    def answer(self, asked: Message) -> Iterator[Message]:
        """Lines, and what comes of it. Raises what steps raise, also :class:`BadRequest`."""
        known = self._answers.get(asked["do"])
        if known is None:
            raise BadRequest(f"a network for people cannot be asked to {asked['do']}")
        return known(asked)

    def status(self) -> dict[str, Any]:
        """Everything about the network and its nodes, as JSON has it."""
        network = self._world.network
        statuses, peers = network.statuses(), network.peers()
        skews = network.faults.wrong_clocks
        nodes = []
        for node in network.nodes:
            told, near = statuses[node], peers[node]
            seen = None if isinstance(told, Silence) else told
            state = network.deployment.state(node)
            nodes.append(
                {
                    "node": node,
                    "state": state.value,
                    "answers": seen is not None,
                    "height": seen and seen.height,
                    "tip": seen and seen.tip,
                    "peers": None if isinstance(near, Silence) else sorted(near),
                    "catching_up": seen and seen.catching_up,
                    "clock": str(skews[node]) if node in skews else "right",
                    "address": self._address_of(node),
                }
            )
        faults = list(network.faults.in_words)
        return {**self.facts, "nodes": nodes, "faults": faults}

    def hints(self) -> Mapping[str, str]:
        """What to do, and the command that does it."""
        return self._world.network.hints()

    # -- what is changed

    def _say(self, sentence: spoken.Sentence) -> dict[str, Any]:
        began = time.monotonic()
        with self._turn:
            sentence.come_true(self._world)
        return {"words": sentence.words, **self._since(began)}

    def _heal(self) -> dict[str, Any]:
        began = time.monotonic()
        network = self._world.network
        with self._turn:
            undone = list(network.faults.in_words)
            network.restore()
            all_agree_on_a_new_block(network)
        return {"undone": undone, **self._since(began)}

    def _since(self, began: float) -> dict[str, Any]:
        network = self._world.network
        return {
            "seconds": round(time.monotonic() - began, 2),
            "faults": list(network.faults.in_words),
            "height": network.top(),
        }

    def _deposit(self, asked: Message) -> Iterator[Message]:
        with self._turn:
            outcome = self._world.payments.deposit(_customer(asked["who"]), Coins(asked["coins"]))
        return _done(_told(outcome))

    def _pay(self, asked: Message) -> Iterator[Message]:
        through = self._node(asked.get("through"))
        payer, payee = _customer(asked["payer"]), _customer(asked["payee"])
        instruction = Instruction(payer, payee, Amount(asked["coins"]), through)
        with self._turn:
            outcome = self._world.payments.try_to_pay(instruction)
        return _done(_told(outcome))

    # -- what is looked at

    def _balance(self, asked: Message) -> Iterator[Message]:
        account = self._world.payments.account(_customer(asked["who"]))
        balances = self._world.network.balances(account, stale=True)
        return _done(
            {
                node: None if isinstance(coins, Silence) else coins.value
                for node, coins in balances.items()
            }
        )

    def _read_logs(self, asked: Message) -> Iterator[Message]:
        node = self._node(asked.get("node"))
        lines = self._logs.lines(
            nodes=None if node is None else [node],
            since=0.0 if asked.get("since") is None else time.time() - asked["since"],
            least=Level[asked.get("level", "debug").upper()],
            last=asked.get("last"),
            follow=asked.get("follow", False),
        )
        for line in lines:
            level = line.level.name.lower() if line.level else None
            yield {"line": {"node": line.node, "at": line.at, "level": level, "text": line.text}}
        yield {"done": None}

    def _node(self, number: int | None) -> NodeName | None:
        if number is None:
            return None
        (node,) = self._world.network.members([node_named(number)])
        return node

    def _address_of(self, node: NodeName) -> str | None:
        deployment = self._world.network.deployment
        running = deployment.state(node).value != "stopped"
        return deployment.endpoints(node)[API] if running else None


def _customer(name: str) -> AccountName:
    if not _CUSTOMER.fullmatch(name):
        raise BadRequest(f"{name!r} is no customer: their names begin with a capital, like Alice")
    return AccountName(name)


def _done(value: object) -> Iterator[Message]:
    yield {"done": value}


def _told(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Confirmed(receipt=receipt, height=height):
            return {"outcome": "confirmed", "height": height, "receipt": receipt}
        case Refused(reason=reason, words=words):
            return {"outcome": "refused", "why": reason.value, "words": words}
    return {"outcome": "unknown", "why": outcome.why, "receipt": outcome.receipt}
