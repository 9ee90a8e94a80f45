"""What is at hand at the prompt of ``python -m support shell``: a network, its nodes, customers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from support.domain import BadRequest
from support.kept.caller import Kept
from support.kept.log_text import as_text
from support.kept.status_table import as_table

Say = Callable[[str], None]

GUIDE = """\
network                       how all nodes are; print(network.status()) for all that is known
node(3)                       one of them: .height .tip .peers .state .address .log(20)
alice, bob, carol, dave       customers; customer("Erin") is one more
deposit(alice, 100)           coins come in from the treasury
pay(alice, bob, 30)           a payment; pay(alice, bob, 30, node(3)) goes through node 3
alice.balances()              what every node shows that she holds
fault("node 1 is cut off from the others")    in the words of the features
faults()                      all such sentences
heal()                        undoes every fault, and waits until all nodes agree on a new block
say("every node tells the same history")      any other sentence of the features
guide()                       this list; leave with Ctrl-D: the network stays"""


@dataclass(frozen=True)
class Answer:
    """What came of something, for people; the same as values in ``told``."""

    words: str
    told: Any

    def __repr__(self) -> str:
        return self.words

    def __getitem__(self, name: str) -> Any:
        return self.told[name]


@dataclass(frozen=True)
class Customer:
    """Somebody who holds coins."""

    name: str
    _kept: Kept

    def balances(self) -> dict[str, int | None]:
        """Coins, as each node shows them; None for a node that does not answer."""
        told: dict[str, int | None] = self._kept.ask("balance", who=self.name)
        return told

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{node} {'does not answer' if coins is None else f'shows {coins} coins'}"
            for node, coins in self.balances().items()
        )
        return f"{self.name}: {shown}"


class Node:
    """One member; every look at it asks anew."""

    def __init__(self, number: int, kept: Kept, say: Say) -> None:
        self.number = number
        self._kept = kept
        self._say = say

    def _told(self) -> Any:
        for told in self._kept.ask("status")["nodes"]:
            if told["node"] == f"node-{self.number}":
                return told
        raise BadRequest(f"there is no node {self.number}")

    @property
    def height(self) -> int | None:
        """Of its newest block; None when it does not answer."""
        return self._told()["height"]  # type: ignore[no-any-return]

    @property
    def tip(self) -> str | None:
        """The id of its newest block."""
        return self._told()["tip"]  # type: ignore[no-any-return]

    @property
    def peers(self) -> list[str] | None:
        """Whom it is connected to."""
        return self._told()["peers"]  # type: ignore[no-any-return]

    @property
    def state(self) -> str:
        """running, frozen or stopped, as the engine sees it."""
        return self._told()["state"]  # type: ignore[no-any-return]

    @property
    def address(self) -> str | None:
        """Where it answers on this machine; None while it is down."""
        return self._told()["address"]  # type: ignore[no-any-return]

    def log(self, last: int = 20) -> None:
        """Print the last lines that it wrote."""
        self._kept.ask("logs", node=self.number, last=last, on_line=self._show)

    def _show(self, line: Any) -> None:
        self._say(as_text(line))

    def __repr__(self) -> str:
        told = self._told()
        if not told["answers"]:
            return f"node {self.number}: {told['state']}, does not answer"
        return (
            f"node {self.number}: {told['state']}, at height {told['height']}, connected to "
            f"{', '.join(told['peers'] or ()) or 'nobody'}"
        )


class NetworkAtHand:
    """All nodes together."""

    def __init__(self, kept: Kept, say: Say) -> None:
        self.name = kept.name
        self._kept = kept
        self._say = say

    def status(self) -> Any:
        """Everything that is known, as values."""
        return self._kept.ask("status")

    @property
    def nodes(self) -> list[Node]:
        """Its members."""
        told = self.status()["nodes"]
        return [Node(int(node["node"].rpartition("-")[2]), self._kept, self._say) for node in told]

    def __repr__(self) -> str:
        return as_table(self.status())


class AtHand:
    """The functions of the prompt; :attr:`names` is what a person can type."""

    def __init__(self, kept: Kept, say: Say) -> None:
        self._kept = kept
        self._say = say
        people = ("Alice", "Bob", "Carol", "Dave")
        self.names: dict[str, Any] = {
            "network": NetworkAtHand(kept, say),
            **{name.lower(): Customer(name, kept) for name in people},
            **{
                each.__name__: each
                for each in (
                    self.node,
                    self.customer,
                    self.deposit,
                    self.pay,
                    self.fault,
                    self.faults,
                    self.heal,
                    self.say,
                    self.guide,
                )
            },
        }

    def node(self, number: int) -> Node:
        """One member of the network."""
        return Node(number, self._kept, self._say)

    def customer(self, name: str) -> Customer:
        """Somebody else than the four who are at hand."""
        return Customer(name, self._kept)

    def deposit(self, who: Customer, coins: int) -> Answer:
        """Coins come in: the treasury pays them."""
        return _outcome(self._kept.ask("deposit", who=who.name, coins=coins))

    def pay(
        self, payer: Customer, payee: Customer, coins: int, through: Node | None = None
    ) -> Answer:
        """One customer pays another, through the node that is named or any that is up to date."""
        number = through.number if through else None
        told = self._kept.ask(
            "pay", payer=payer.name, payee=payee.name, coins=coins, through=number
        )
        return _outcome(told)

    def fault(self, words: str) -> Answer:
        """Have a sentence about a fault come true; it stays in force until it is healed."""
        return done_in_words(self._kept.ask("fault", words=words))

    def faults(self) -> None:
        """Print all sentences about faults."""
        self._say("\n".join(self._kept.ask("faults")))

    def heal(self) -> Answer:
        """Undo every fault, and wait until all nodes agree on a new block."""
        return healed_in_words(self._kept.ask("heal"))

    def say(self, words: str) -> Answer:
        """Have any sentence of the features come true, or find out whether it does."""
        return done_in_words(self._kept.ask("say", words=words))

    def guide(self) -> None:
        """What is at hand."""
        self._say(GUIDE)


def done_in_words(told: Any) -> Answer:
    """What came of a sentence."""
    count = len(told["faults"])
    faults = "1 fault is" if count == 1 else f"{count or 'no'} fault{'s are' if count else ' is'}"
    return Answer(f"{told['words']} (after {told['seconds']:.1f} s, {faults} in force)", told)


def healed_in_words(told: Any) -> Answer:
    """What came of a heal."""
    return Answer(
        f"healed: all nodes agree on a new block at height {told['height']}, after "
        f"{told['seconds']:.1f} s",
        told,
    )


def _outcome(told: Any) -> Answer:
    words = {
        "confirmed": lambda: f"confirmed at height {told['height']}",
        "refused": lambda: f"refused because {told['why']}",
        "unknown": lambda: f"not known yet: {told['why']}",
    }[told["outcome"]]()
    return Answer(words, told)


def say_what_went_wrong(kinds: Sequence[type[Exception]], say: Say) -> None:
    """From now on problems of these kinds are told in their own words, without a traceback."""
    usual = sys.excepthook

    def tell(kind: type[BaseException], problem: BaseException, traceback: Any) -> None:
        if issubclass(kind, tuple(kinds)):
            say(str(problem))
        else:
            usual(kind, problem, traceback)

    sys.excepthook = tell
