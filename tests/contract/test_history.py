"""All nodes tell one history, and clients read it as the contract says."""

from __future__ import annotations

from support.domain import Height
from tests.contract.started import Started, eventually


def test_all_nodes_tell_the_same_history(shared: Started) -> None:
    shared.await_height(5)
    histories = {tuple(shared.history(node, Height(5))) for node in shared.nodes}
    assert len(histories) == 1
    (history,) = histories
    assert len(set(history)) == 5


def test_the_tip_is_the_newest_block(shared: Started) -> None:
    shared.await_height(1)
    client = shared.client(shared.nodes[0])

    def agree() -> bool | None:
        status = client.status()
        return list(client.block_ids(status.height, status.height)) == [status.tip] or None

    # Where the longest chain wins, another block may have taken its place in between.
    eventually(agree, "the tip is the newest block")


def test_a_later_block_changes_no_earlier_one(shared: Started) -> None:
    shared.await_height(3)
    before = shared.history(shared.nodes[0], Height(3))
    shared.await_new_blocks()
    assert shared.history(shared.nodes[0], Height(3)) == before


def test_every_node_knows_its_peers_by_name(shared: Started) -> None:
    for node in shared.nodes:
        client = shared.client(node)
        others = frozenset(shared.nodes) - {node}
        eventually(
            lambda client=client, others=others: client.peers() == others or None,  # type: ignore[misc]
            f"{node} is connected to all others",
        )


def test_a_node_that_has_caught_up_says_so(shared: Started) -> None:
    for node in shared.nodes:
        client = shared.client(node)
        eventually(
            lambda client=client: not client.status().catching_up or None,  # type: ignore[misc]
            f"{node} has caught up",
        )
