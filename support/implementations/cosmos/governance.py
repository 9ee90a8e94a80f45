"""What one node of a Cosmos SDK chain says of proposals, and how they are made and voted on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from cosmpy.protos.cosmos.base.query.v1beta1.pagination_pb2 import PageRequest
from cosmpy.protos.cosmos.base.v1beta1.coin_pb2 import Coin
from cosmpy.protos.cosmos.gov.v1.gov_pb2 import (
    PROPOSAL_STATUS_DEPOSIT_PERIOD,
    PROPOSAL_STATUS_FAILED,
    PROPOSAL_STATUS_PASSED,
    PROPOSAL_STATUS_REJECTED,
    PROPOSAL_STATUS_VOTING_PERIOD,
    VOTE_OPTION_ABSTAIN,
    VOTE_OPTION_NO,
    VOTE_OPTION_NO_WITH_VETO,
    VOTE_OPTION_YES,
)
from cosmpy.protos.cosmos.gov.v1.query_pb2 import (
    QueryParamsRequest,
    QueryParamsResponse,
    QueryProposalsRequest,
    QueryProposalsResponse,
)
from cosmpy.protos.cosmos.gov.v1.tx_pb2 import MsgSubmitProposal, MsgVote
from cosmpy.protos.cosmos.upgrade.v1beta1.query_pb2 import (
    QueryCurrentPlanRequest,
    QueryCurrentPlanResponse,
)
from cosmpy.protos.cosmos.upgrade.v1beta1.tx_pb2 import MsgSoftwareUpgrade
from cosmpy.protos.cosmos.upgrade.v1beta1.upgrade_pb2 import Plan as WrittenPlan

from support.domain import Choice, Height, ProposalState, Votes
from support.implementations.cosmos.chain import Prefixes
from support.implementations.cosmos.keys import encoded
from support.implementations.cosmos.money import Money
from support.implementations.cosmos.transactions import packed
from support.implementations.governance import (
    CastVote,
    Plan,
    ProposeUpgrade,
    VotingRules,
)
from support.implementations.http import Answer

_CHOICES = {
    Choice.FOR: VOTE_OPTION_YES,
    Choice.AGAINST: VOTE_OPTION_NO,
    Choice.VETO: VOTE_OPTION_NO_WITH_VETO,
    Choice.NEITHER: VOTE_OPTION_ABSTAIN,
}
_STATES = {
    PROPOSAL_STATUS_DEPOSIT_PERIOD: ProposalState.NOT_VOUCHED_FOR,
    PROPOSAL_STATUS_VOTING_PERIOD: ProposalState.OPEN,
    PROPOSAL_STATUS_PASSED: ProposalState.PASSED,
    PROPOSAL_STATUS_REJECTED: ProposalState.REJECTED,
    PROPOSAL_STATUS_FAILED: ProposalState.FAILED,
}
#: More proposals than an example makes.
_PAGE = 100
#: The account of Cosmos SDK's module gov has a name for a key: nobody else can sign for it.
_GOVERNMENT = "gov"


class Asked(Protocol):
    """What this needs of the client of a node."""

    def ask(self, method: str, **parameters: object) -> Answer: ...

    def query(self, path: str, request: Any, response: Any) -> Any | None: ...


class CosmosGovernance:
    """One node's view; see :class:`~support.implementations.governance.Governance`."""

    def __init__(self, node: Asked, money: Money) -> None:
        self._node = node
        self._money = money

    def rules(self) -> VotingRules:
        """The parameters of the module gov."""
        params = self._query("Params", QueryParamsRequest(), QueryParamsResponse).params
        deposit = sum(int(c.amount) for c in params.min_deposit if c.denom == self._money.stake)
        return VotingRules(
            open_for=float(params.voting_period.seconds),
            deposit=Votes.of(deposit, self._money.power_reduction),
        )

    def proposals(self) -> Mapping[int, ProposalState]:
        """As of the node's newest block."""
        request = QueryProposalsRequest(pagination=PageRequest(limit=_PAGE))
        found = self._query("Proposals", request, QueryProposalsResponse).proposals
        return {each.id: _STATES[each.status] for each in found}

    def plan(self) -> Plan | None:
        """As of the node's newest block; it is gone when the upgrade has happened."""
        told = self._node.query(
            "upgrade.v1beta1.Query/CurrentPlan", QueryCurrentPlanRequest(), QueryCurrentPlanResponse
        )
        if told is None or not told.HasField("plan"):
            return None
        return Plan(told.plan.name, Height(told.plan.height))

    def release(self) -> str:
        """Without the letter that some programs write before the number."""
        told = self._node.ask("abci_info").at("response").text("version")
        return told.removeprefix("v")

    def _query(self, path: str, request: Any, response: Any) -> Any:
        found = self._node.query(f"gov.v1.Query/{path}", request, response)
        assert found is not None, f"{path} is about no single thing that might not be there"
        return found


def proposal_message(order: ProposeUpgrade, money: Money, prefixes: Prefixes) -> MsgSubmitProposal:
    """The message that proposes an upgrade."""
    government = encoded(prefixes.account, hashlib.sha256(_GOVERNMENT.encode()).digest()[:20])
    upgrade = MsgSoftwareUpgrade(
        authority=government, plan=WrittenPlan(name=order.name, height=order.height)
    )
    deposit = str(int(order.deposit.value * money.power_reduction))
    return MsgSubmitProposal(
        messages=[packed(upgrade)],
        initial_deposit=[Coin(denom=money.stake, amount=deposit)],
        proposer=order.by.address,
        title=f"Upgrade to {order.name}",
        summary=f"All nodes go on with {order.name} at height {order.height}.",
    )


def vote_message(order: CastVote) -> MsgVote:
    """The message that votes on a proposal."""
    return MsgVote(
        proposal_id=order.proposal, voter=order.by.address, option=_CHOICES[order.choice]
    )
