"""What node software claims to offer, it has: each claim is tried on a network."""

from __future__ import annotations

import pytest

from support.domain import (
    Amount,
    Blocks,
    Capability,
    Coins,
    Confirmed,
    Family,
    Height,
    NodeName,
    Receipt,
    twin_named,
)
from support.implementations.contract import (
    BlockMaker,
    DatedBlocks,
    Follower,
    OpenBlocks,
    OpenMembership,
    Payment,
    RowSigner,
    Taken,
    Unreachable,
    WaitingRoom,
)
from support.implementations.stakes import StakeTeller
from support.implementations.twins import TwinMaker, Witness
from tests.contract.started import Needs, Pair, Started, eventually

ONE, TWO, THREE, FOUR, FIVE = (NodeName(f"node-{number}") for number in range(1, 6))

#: What engines offer; an implementation has no say in it.
_OF_ENGINES = {
    Capability.LINK_FAULTS,
    Capability.LINK_QUALITY,
    Capability.NODE_FAULTS,
    Capability.DISK_LIMITS,
    Capability.SLOW_DISKS,
    Capability.NODE_CLOCKS,
}


@pytest.fixture
def cuttable(network: Started, pair: Pair) -> Started:
    """A network whose links can be cut; whoever cuts them heals them."""
    if why := pair.engine.lacks.get(Capability.LINK_FAULTS):
        pytest.skip(why)
    network.deployment.prepare_faults()
    network.await_open(ONE, FOUR)
    return network


def test_it_says_of_what_family_it_is(pair: Pair) -> None:
    families = {Capability(family.value) for family in Family}
    claimed = pair.implementation.capabilities & families
    assert claimed == {Capability(pair.implementation.family.value)}


def test_it_claims_nothing_that_is_for_engines_to_claim(pair: Pair) -> None:
    assert not pair.implementation.capabilities & _OF_ENGINES


def test_what_it_lacks_it_does_not_claim(pair: Pair) -> None:
    assert not pair.implementation.capabilities & set(pair.implementation.lacks)
    assert all(pair.implementation.lacks.values())


def test_a_payment_of_a_quorum_is_confirmed_by_its_block(pair: Pair, needs: Needs) -> None:
    needs(Capability.QUORUM_FINALITY)
    assert pair.implementation.confirmations == Blocks(1)


def test_it_makes_blocks_by_itself(shared: Started, needs: Needs) -> None:
    needs(Capability.OWN_RHYTHM)
    assert not isinstance(shared.client(ONE), BlockMaker)
    shared.await_new_blocks()


def test_all_follow_one_leader(shared: Started, needs: Needs) -> None:
    needs(Capability.LEADER)

    def led() -> bool | None:
        clients = [shared.client(node) for node in shared.nodes]
        assert all(isinstance(client, Follower) for client in clients)
        leaders = {client.leader() for client in clients}  # type: ignore[attr-defined]
        return (len(leaders) == 1 and leaders <= set(shared.nodes)) or None

    eventually(led, "all nodes follow the same member")


def test_a_payment_waits_in_every_node_until_a_block_has_it(shared: Started, needs: Needs) -> None:
    needs(Capability.SHARED_WAITING_ROOM)
    needs(Capability.OPEN_BLOCKS)
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    signed = shared.signed(alice, bob, 30)
    other = shared.signed(alice, bob, 31)
    before = max(map(shared.height, shared.nodes))
    assert shared.client(ONE).submit(signed) == Taken(signed.receipt)
    for node in shared.nodes:
        client = shared.client(node)
        assert isinstance(client, WaitingRoom) and isinstance(client, OpenBlocks)

        def in_blocks(client: OpenBlocks = client, node: NodeName = node) -> list[Receipt]:
            blocks = client.payments_in(Height(before + 1), shared.height(node))
            return [receipt for block in blocks for receipt in block]

        def known(client: WaitingRoom = client) -> bool | None:
            waiting = client.waiting([signed.receipt, other.receipt])
            assert waiting <= {signed.receipt}
            return signed.receipt in {*waiting, *in_blocks()} or None

        eventually(known, f"{node} has heard of the payment")
        eventually(
            lambda: in_blocks().count(signed.receipt) == 1 or None,
            f"{node} has the payment in a block, once",
        )
        eventually(
            lambda: not client.waiting([signed.receipt]) or None,  # noqa: B023
            f"the payment waits no more in {node}",
        )


def test_blocks_have_dates_that_only_grow(shared: Started, needs: Needs) -> None:
    needs(Capability.DATED_BLOCKS)
    shared.await_height(5)
    told = []
    for node in shared.nodes:
        client = shared.client(node)
        assert isinstance(client, DatedBlocks)
        told.append(list(client.block_dates(Height(1), Height(5))))
    assert told == [sorted(told[0])] * len(shared.nodes)
    assert len(told[0]) == 5


def test_a_row_of_payments_is_made_in_its_order(shared: Started, needs: Needs) -> None:
    needs(Capability.NUMBERED_PAYMENTS)
    needs(Capability.OPEN_BLOCKS)
    wallet, client = shared.wallet, shared.client(ONE)
    assert isinstance(wallet, RowSigner) and isinstance(client, OpenBlocks)
    alice, bob = shared.account("Alice", holds=100), shared.account("Bob")
    before = shared.height(ONE)
    payments = [Payment(alice, bob, Amount(1)) for _ in range(10)]
    row = wallet.sign_row(payments, client.standing(alice))
    for signed in row:
        assert client.submit(signed) == Taken(signed.receipt)
    shared.await_balance(ONE, bob, 10)
    made = [
        r for block in client.payments_in(Height(before + 1), shared.height(ONE)) for r in block
    ]
    assert made == [signed.receipt for signed in row]


def test_members_come_and_go(network: Started, needs: Needs) -> None:
    needs(Capability.MEMBERSHIP_CHANGE)
    implementation, before = network.implementation, network.blueprint
    assert isinstance(implementation, OpenMembership)
    alice, member = network.account("Alice", holds=100), network.client(ONE)
    address = network.engine.further_address(network.plan, FIVE)
    fresh = eventually(
        lambda: implementation.newcomer(FIVE, before, address, member), "the members let it in"
    )
    network.deployment.add(fresh)
    network.blueprint = before.with_further(fresh)
    network.await_balance(FIVE, alice, 100)
    network.await_new_blocks([*network.nodes, FIVE])
    eventually(lambda: implementation.farewell(FIVE, member) or True, "the members let it go")
    network.deployment.remove(FIVE)
    network.blueprint = before
    network.await_new_blocks()


def test_a_node_that_is_cut_off_tells_nothing_for_sure(cuttable: Started, needs: Needs) -> None:
    needs(Capability.SURE_READS)
    alice = cuttable.account("Alice", holds=100)
    cuttable.cut([FOUR], [ONE, TWO, THREE])
    with pytest.raises(Unreachable):
        cuttable.client(FOUR).balance(alice)
    assert cuttable.client(FOUR).balance(alice, stale=True) == Coins(100)
    cuttable.heal()
    cuttable.await_balance(FOUR, alice, 100)


def test_news_travel_over_others_where_a_link_is_cut(cuttable: Started, needs: Needs) -> None:
    needs(Capability.GOSSIP)
    alice, bob = cuttable.account("Alice", holds=100), cuttable.account("Bob")
    cuttable.cut([ONE], [TWO])
    assert isinstance(cuttable.pay(alice, bob, 30, through=ONE), Confirmed)
    cuttable.await_balance(TWO, bob, 30)
    cuttable.heal()
    cuttable.await_new_blocks()


def test_half_of_the_nodes_make_no_block_of_a_quorum(cuttable: Started, needs: Needs) -> None:
    needs(Capability.QUORUM_FINALITY)
    cuttable.cut([ONE, TWO], [THREE, FOUR])
    resting = {node: cuttable.height_at_rest(node) for node in (ONE, THREE)}
    cuttable.let_pass(10)
    assert {node: cuttable.height(node) for node in resting} == resting
    cuttable.heal()
    cuttable.await_new_blocks()


def test_both_halves_go_on_where_the_longest_chain_wins(cuttable: Started, needs: Needs) -> None:
    needs(Capability.LONGEST_CHAIN)
    cuttable.cut([ONE, TWO], [THREE, FOUR])
    cuttable.await_new_blocks([ONE, TWO])
    cuttable.await_new_blocks([THREE, FOUR])
    cuttable.heal()
    cuttable.await_new_blocks()


def test_a_twin_is_found_out_and_banned(network: Started, needs: Needs) -> None:
    needs(Capability.DOUBLE_VOTE_EVIDENCE)
    implementation, client, name = network.implementation, network.client(ONE), twin_named(FOUR)
    assert isinstance(implementation, TwinMaker)
    assert isinstance(client, StakeTeller)
    witness = client.stakes
    assert isinstance(witness, Witness)
    network.await_new_blocks()
    assert not witness.double_votes()
    address = network.engine.further_address(network.plan, name)
    assert address.host not in {network.deployment.address(node).host for node in network.nodes}
    twin = implementation.twin(
        FOUR, network.blueprint, address, name=name, peers=tuple(network.nodes)
    )
    network.deployment.add(twin)
    proofs = eventually(lambda: witness.double_votes() or None, "a double vote is proved")
    assert [proof.node for proof in proofs] == [FOUR]
    assert client.stakes.candidates()[FOUR].is_banned
    assert not client.stakes.candidates()[ONE].is_banned
    network.deployment.remove(name)
    network.await_new_blocks([ONE, TWO, THREE])


def test_whose_votes_have_arrived_can_be_told(network: Started, needs: Needs) -> None:
    needs(Capability.DOUBLE_VOTE_EVIDENCE)
    network.await_new_blocks()
    network.deployment.kill(FOUR)
    network.await_new_blocks([ONE, TWO, THREE])
    client = network.client(ONE)
    assert isinstance(client, StakeTeller)
    witness = client.stakes
    assert isinstance(witness, Witness)
    seen: set[NodeName] = set()
    eventually(
        lambda: seen.update(witness.votes_in_hand()) or ({TWO, THREE} <= seen) or None,
        "the votes of those who are there arrive",
    )
    assert FOUR not in seen
