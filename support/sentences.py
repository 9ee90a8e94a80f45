"""Parse types: how a phrase in a step becomes a domain value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import parse
from behave import register_type

from support.domain import (
    MORE_THAN_CAN_EXIST,
    UNITS_OF_TIME,
    AccountName,
    Amount,
    BadRequest,
    BitRate,
    Choice,
    Coins,
    Doer,
    Door,
    Flooding,
    Instruction,
    Links,
    Litter,
    Milliseconds,
    Moment,
    NodeName,
    Percent,
    Refusal,
    Skew,
    Votes,
    node_named,
)
from support.topology import Trait

_TRAIT = "|".join(re.escape(trait.value) for trait in Trait)
_TRAITS = rf"(?:{_TRAIT})(?: and (?:{_TRAIT}))*"
_NODES = r"nodes \d+(?:, \d+)* and \d+|node \d+"


@parse.with_pattern(r"nothing|\d+ coins?")
def parse_coins(text: str) -> Coins:
    """``30 coins``, ``1 coin``, ``nothing``."""
    return Coins(0) if text == "nothing" else Coins(int(text.split(maxsplit=1)[0]))


@parse.with_pattern(r"-?\d+ coins?|more coins than can exist")
def parse_amount(text: str) -> Amount:
    """What somebody asks for, also ``-5 coins`` and ``more coins than can exist``."""
    if text.startswith("more"):
        return MORE_THAN_CAN_EXIST
    return Amount(int(text.split(maxsplit=1)[0]))


@parse.with_pattern(r"[A-Z][a-z]+")
def parse_account(text: str) -> AccountName:
    """A customer's first name stands for that customer's account."""
    return AccountName(text)


@parse.with_pattern(r"herself|himself")
def parse_myself(text: str) -> str:
    """The payer again."""
    return text


@parse.with_pattern(r"node \d+")
def parse_node(text: str) -> NodeName:
    """``node 3``."""
    return node_named(int(text.split()[1]))


@parse.with_pattern(_NODES)
def parse_nodes(text: str) -> tuple[NodeName, ...]:
    """``nodes 3, 4 and 5`` or ``node 3``."""
    return tuple(node_named(int(number)) for number in re.findall(r"\d+", text))


@parse.with_pattern(r"link between nodes \d+ and \d+")
def parse_link(text: str) -> tuple[NodeName, NodeName]:
    """``link between nodes 1 and 2``."""
    one, other = (node_named(int(number)) for number in re.findall(r"\d+", text))
    return one, other


@parse.with_pattern(r"every link of node \d+|every link|the link between nodes \d+ and \d+")
def parse_links(text: str) -> Links:
    """``every link``, ``every link of node 4``, ``the link between nodes 1 and 2``."""
    return Links(tuple(node_named(int(number)) for number in re.findall(r"\d+", text)))


@parse.with_pattern(r"-?\d+ ms")
def parse_milliseconds(text: str) -> Milliseconds:
    """``100 ms``."""
    return Milliseconds(int(text.split(maxsplit=1)[0]))


@parse.with_pattern(r"-?\d+ %")
def parse_percent(text: str) -> Percent:
    """``20 %``."""
    return Percent(int(text.split(maxsplit=1)[0]))


_BITS = {"kbit/s": 1000, "Mbit/s": 1000_000}


@parse.with_pattern(r"nothing|-?\d+ (?:kbit/s|Mbit/s)")
def parse_bit_rate(text: str) -> BitRate:
    """``500 kbit/s``, ``2 Mbit/s``, ``nothing``."""
    if text == "nothing":
        return BitRate(0)
    number, unit = text.split(maxsplit=1)
    return BitRate(int(number) * _BITS[unit])


@parse.with_pattern(rf"-?\d+ (?:{'|'.join(UNITS_OF_TIME)})s? (?:fast|slow)")
def parse_skew(text: str) -> Skew:
    """``1 hour fast``, ``90 seconds slow``."""
    number, unit, direction = text.split()
    seconds = int(number) * UNITS_OF_TIME[unit.removesuffix("s")]
    return Skew(seconds if direction == "fast" else -seconds)


@parse.with_pattern(r"\d+ nodes?")
def parse_size(text: str) -> int:
    """How large a network is: ``4 nodes``."""
    return int(text.split(maxsplit=1)[0])


@parse.with_pattern(r"\d+ votes?")
def parse_votes(text: str) -> Votes:
    """``5000 votes``."""
    return Votes.of(int(text.split(maxsplit=1)[0]))


@parse.with_pattern(r"\d+(?:, \d+)* and \d+ votes")
def parse_weights(text: str) -> tuple[Votes, ...]:
    """``40000, 30000 and 30000 votes``: what each node's stake makes, in order."""
    return tuple(Votes.of(int(number)) for number in re.findall(r"\d+", text))


@parse.with_pattern(_TRAITS)
def parse_traits(text: str) -> frozenset[Trait]:
    """What a network is like: ``in a ring``, ``with a short memory and that keeps snapshots``."""
    return frozenset(trait for trait in Trait if trait.value in text)


@parse.with_pattern("|".join(re.escape(moment.value) for moment in Moment))
def parse_moment(text: str) -> Moment:
    """``before the payment``, ``right after the payment``."""
    return Moment(text)


@parse.with_pattern("|".join(re.escape(choice.value) for choice in Choice))
def parse_choice(text: str) -> Choice:
    """``for it``."""
    return Choice(text)


@parse.with_pattern(r"[1-9]\d*")
def parse_count(text: str) -> int:
    """A number of things that is not zero."""
    return int(text)


@parse.with_pattern("|".join(re.escape(refusal.value) for refusal in Refusal))
def parse_refusal(text: str) -> Refusal:
    """The reason exactly as the feature files word it."""
    return Refusal(text)


@parse.with_pattern("|".join(f"the door for {door.value}" for door in Door))
def parse_door(text: str) -> Door:
    """``the door for peers``."""
    return Door(text.rpartition(" ")[2])


@parse.with_pattern("|".join(litter.value for litter in Litter))
def parse_litter(text: str) -> Litter:
    """``noise``."""
    return Litter(text)


@parse.with_pattern("|".join(flooding.value for flooding in Flooding))
def parse_flooding(text: str) -> Flooding:
    """``forged payments``."""
    return Flooding(text)


_DOERS = "|".join(doer.value for doer in Doer)


@parse.with_pattern(rf"(?:{_DOERS})(?:, (?:{_DOERS}))*(?: and (?:{_DOERS}))?")
def parse_doers(text: str) -> frozenset[Doer]:
    """``customers``, ``customers, delegators and operators``."""
    return frozenset(Doer(word) for word in re.findall(_DOERS, text))


def instructions_in(table: Iterable[Mapping[str, str]] | None) -> list[Instruction]:
    """The rows of a table with the columns from, to, coins and through.

    Raises :class:`BadRequest` for a cell that would not do as a phrase either, and for no table.
    """
    if table is None:
        raise BadRequest(
            "this sentence needs a table below it, with the columns from, to, coins and through"
        )
    return [
        Instruction(
            parse_account(_cell(row, "from", parse_account.pattern)),
            parse_account(_cell(row, "to", parse_account.pattern)),
            Amount(int(_cell(row, "coins", r"-?\d+"))),
            parse_node(_cell(row, "through", parse_node.pattern)),
        )
        for row in table
    ]


def _cell(row: Mapping[str, str], column: str, pattern: str) -> str:
    try:
        text = row[column]
    except KeyError:
        raise BadRequest(f"the table of payments has no column called {column!r}") from None
    if not re.fullmatch(pattern, text):
        raise BadRequest(f"{text!r} makes no sense in the column {column!r} of a table of payments")
    return text


def register_all() -> None:
    """Make the types known to Behave. Call it before the steps are loaded."""
    register_type(
        Coins=parse_coins,
        Amount=parse_amount,
        Account=parse_account,
        Myself=parse_myself,
        Node=parse_node,
        Nodes=parse_nodes,
        Link=parse_link,
        Links=parse_links,
        Milliseconds=parse_milliseconds,
        Percent=parse_percent,
        BitRate=parse_bit_rate,
        Skew=parse_skew,
        Size=parse_size,
        Count=parse_count,
        Votes=parse_votes,
        Weights=parse_weights,
        Traits=parse_traits,
        Moment=parse_moment,
        Choice=parse_choice,
        Refusal=parse_refusal,
        Door=parse_door,
        Litter=parse_litter,
        Flooding=parse_flooding,
        Doers=parse_doers,
    )
