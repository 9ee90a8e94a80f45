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
    Capability.SHARED_WAITING_ROOM: "a payment waits in every node until a block has it",
    Capability.OPEN_BLOCKS: "a node tells which payments are in a block, and in which order",
    Capability.SURE_READS: "a node can be asked for what is true now, not only for what it knows",
    Capability.SIGNED_PAYMENTS: "a payment is signed, and good only as it was signed",
    Capability.NAMED_SIGNERS: "a signature of somebody else is told from one that is broken",
    Capability.NETWORK_BOUND_PAYMENTS: "a payment is good for one network only",
    Capability.REPLAY_PROTECTION: "a payment that is sent again does not happen again",
    Capability.NUMBERED_PAYMENTS: "payments of an account are numbered, and made in that order",
    Capability.MEMBERSHIP_CHANGE: "members can join a network that runs, and leave it for good",
    Capability.SELF_REBUILD: "a node with an empty disk gets everything from the others by itself",
    Capability.PAST_BALANCES: "a node tells what an account held when an earlier block was made",
    Capability.SHORT_MEMORY: "nodes can be told to keep the newest blocks and balances only",
    Capability.FOLLOWERS: "a node without a vote can join, and is asked and paid through like any",
    Capability.SNAPSHOTS: "a node can begin with a copy of the ledger, without the blocks before",
    Capability.IMPOSTORS: "a node can give itself the name of a network that it is not of",
    Capability.CHOSEN_LINKS: "a node has links to those nodes only that it was told of",
    Capability.GROWING_DISKS: "what a node keeps grows with each block, so a full disk stops it",
    Capability.ANSWERS_WHEN_FULL: "a node that cannot write goes on answering what it knows",
    Capability.STAKES: "votes are weighed by stakes, and people delegate them to nodes",
    Capability.DOUBLE_VOTE_EVIDENCE: "who votes for two blocks at once is proved to, and punished",
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
