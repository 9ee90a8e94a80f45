"""What each implementation offers, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from support.domain import Capability
from support.implementations.contract import Implementation

#: What a capability of node software means. Those of engines and hosts are not in it.
MEANINGS = {
    Capability.QUORUM_FINALITY: "so many nodes agree on a block that it is never taken back",
    Capability.LONGEST_CHAIN: "the longest history wins; what is not deep in it may be taken back",
    Capability.TWO_THIRDS_QUORUM: "more than two thirds of the nodes have to agree",
    Capability.LEADER: "one node leads the others, and another one is chosen when it is lost",
    Capability.OWN_RHYTHM: "it makes blocks by itself, each as soon as the last is agreed on",
    Capability.GOSSIP: "nodes pass news on, so no link matters while there is another way",
    Capability.SURE_READS: "a node can be asked for what is true now, not only for what it knows",
    Capability.SIGNED_PAYMENTS: "a payment is signed, and good only as it was signed",
    Capability.NAMED_SIGNERS: "a signature of somebody else is told from one that is broken",
    Capability.NETWORK_BOUND_PAYMENTS: "a payment is good for one network only",
    Capability.REPLAY_PROTECTION: "a payment that is sent again does not happen again",
    Capability.MEMBERSHIP_CHANGE: "members can join a network that runs, and leave it for good",
    Capability.SELF_REBUILD: "a node with an empty disk gets everything from the others by itself",
    Capability.GROWING_DISKS: "what a node keeps grows with each block, so a full disk stops it",
    Capability.ANSWERS_WHEN_FULL: "a node that cannot write goes on answering what it knows",
    Capability.STAKES: "votes are weighed by stakes, which people lend to nodes and take back",
    Capability.UPGRADE: "a network decides on its next release, and goes on with it as one",
    Capability.DATED_BLOCKS: "blocks have a date, and nodes tell the time",
}


def capability_table(implementations: Sequence[Implementation]) -> str:
    """The table in Markdown: a row for each capability, a column for each implementation."""
    names = [implementation.name for implementation in implementations]
    rows = [
        ["capability", "means", *names],
        ["---", "---", *("---" for _ in names)],
        *(
            [
                f"`{capability.value}`",
                meaning,
                *(_mark(each, capability) for each in implementations),
            ]
            for capability, meaning in MEANINGS.items()
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _mark(implementation: Implementation, capability: Capability) -> str:
    return "yes" if capability in implementation.capabilities else "–"  # noqa: RUF001
