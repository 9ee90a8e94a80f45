"""What a node says of proposals, and what is sent to make one or to vote."""

from __future__ import annotations

import base64

import pytest
from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.gov.v1.gov_pb2 import (
    PROPOSAL_STATUS_FAILED,
    PROPOSAL_STATUS_VOTING_PERIOD,
    VOTE_OPTION_NO_WITH_VETO,
    Params,
    Proposal,
)
from cosmpy.protos.cosmos.gov.v1.query_pb2 import QueryParamsResponse, QueryProposalsResponse
from cosmpy.protos.cosmos.gov.v1.tx_pb2 import MsgSubmitProposal, MsgVote
from cosmpy.protos.cosmos.upgrade.v1beta1.query_pb2 import QueryCurrentPlanResponse
from cosmpy.protos.cosmos.upgrade.v1beta1.tx_pb2 import MsgSoftwareUpgrade
from cosmpy.protos.cosmos.upgrade.v1beta1.upgrade_pb2 import Plan as WrittenPlan
from google.protobuf.duration_pb2 import Duration

from support.domain import AccountName, Choice, Height, ProposalState, Votes
from support.implementations.contract import Account
from support.implementations.cosmos.orders import order_body
from support.implementations.governance import CastVote, Plan, ProposeUpgrade, VotingRules

OPERATOR = Account(AccountName("the operator of node-1"), "inj1operator")


def answered(message):
    value = base64.b64encode(message.SerializeToString()).decode()
    return {"jsonrpc": "2.0", "id": 0, "result": {"response": {"code": 0, "value": value}}}


def test_rules(node, client, injective):
    deposit = [
        Coin(denom="other", amount="7"),
        Coin(denom=injective.money.stake, amount="10000000"),
    ]
    params = Params(voting_period=Duration(seconds=8), min_deposit=deposit)
    node.says(answered(QueryParamsResponse(params=params)))
    expected = Votes.of(10_000_000, injective.money.power_reduction)
    assert client.governance.rules() == VotingRules(open_for=8.0, deposit=expected)


def test_proposals(node, client):
    proposals = [
        Proposal(id=1, status=PROPOSAL_STATUS_FAILED),
        Proposal(id=2, status=PROPOSAL_STATUS_VOTING_PERIOD),
    ]
    node.says(answered(QueryProposalsResponse(proposals=proposals)))
    assert client.governance.proposals() == {1: ProposalState.FAILED, 2: ProposalState.OPEN}


@pytest.mark.parametrize(
    ("told", "plan"),
    [
        (QueryCurrentPlanResponse(), None),
        (
            QueryCurrentPlanResponse(plan=WrittenPlan(name="v2", height=70)),
            Plan("v2", Height(70)),
        ),
    ],
)
def test_the_plan(node, client, told, plan):
    node.says(answered(told))
    assert client.governance.plan() == plan


@pytest.mark.parametrize("written", ["1.20.1", "v1.20.1"])
def test_the_release(node, client, written):
    node.says({"jsonrpc": "2.0", "id": 0, "result": {"response": {"version": written}}})
    assert client.governance.release() == "1.20.1"


def body_of(order, chain):
    return order_body(
        order, chain.money, prefixes=chain.prefixes, validator=str, voting_key=str.encode
    ).messages[0]


def test_a_proposal_names_the_account_of_the_government(injective):
    order = ProposeUpgrade(OPERATOR, "v2", Height(70), Votes.of(1))
    message = MsgSubmitProposal.FromString(body_of(order, injective).value)
    upgrade = MsgSoftwareUpgrade.FromString(message.messages[0].value)
    # the address that Cosmos SDK makes of the name gov, on every chain
    assert upgrade.authority == "inj10d07y265gmmuvt4z0w9aw880jnsr700jstypyt"
    assert (upgrade.plan.name, upgrade.plan.height) == ("v2", 70)
    assert message.proposer == OPERATOR.address
    assert [coin.amount for coin in message.initial_deposit] == ["1" + "0" * 18]


def test_a_vote(injective):
    order = CastVote(OPERATOR, 3, Choice.VETO)
    message = MsgVote.FromString(body_of(order, injective).value)
    assert (message.proposal_id, message.voter) == (3, OPERATOR.address)
    assert message.option == VOTE_OPTION_NO_WITH_VETO
