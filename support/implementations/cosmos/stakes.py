"""What one node says about stakes: who votes, by how much, and who made which block."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from bech32 import bech32_decode, convertbits
from cosmpy.protos.cosmos.bank.v1beta1.query_pb2 import (
    QueryBalanceRequest,
    QueryBalanceResponse,
    QuerySupplyOfRequest,
    QuerySupplyOfResponse,
)
from cosmpy.protos.cosmos.base.query.v1beta1.pagination_pb2 import PageRequest
from cosmpy.protos.cosmos.crypto.ed25519.keys_pb2 import PubKey
from cosmpy.protos.cosmos.distribution.v1beta1.query_pb2 import (
    QueryCommunityPoolRequest,
    QueryCommunityPoolResponse,
    QueryDelegationRewardsRequest,
    QueryDelegationRewardsResponse,
    QueryValidatorOutstandingRewardsRequest,
    QueryValidatorOutstandingRewardsResponse,
)
from cosmpy.protos.cosmos.distribution.v1beta1.query_pb2 import (
    QueryParamsRequest as SharingRulesRequest,
)
from cosmpy.protos.cosmos.distribution.v1beta1.query_pb2 import (
    QueryParamsResponse as SharingRulesResponse,
)
from cosmpy.protos.cosmos.evidence.v1beta1.evidence_pb2 import Equivocation
from cosmpy.protos.cosmos.evidence.v1beta1.query_pb2 import (
    QueryAllEvidenceRequest,
    QueryAllEvidenceResponse,
)
from cosmpy.protos.cosmos.slashing.v1beta1.query_pb2 import (
    QueryParamsRequest as SlashingRulesRequest,
)
from cosmpy.protos.cosmos.slashing.v1beta1.query_pb2 import (
    QueryParamsResponse as SlashingRulesResponse,
)
from cosmpy.protos.cosmos.slashing.v1beta1.query_pb2 import (
    QuerySigningInfosRequest,
    QuerySigningInfosResponse,
)
from cosmpy.protos.cosmos.staking.v1beta1.query_pb2 import (
    QueryDelegationRequest,
    QueryDelegationResponse,
    QueryDelegatorUnbondingDelegationsRequest,
    QueryDelegatorUnbondingDelegationsResponse,
    QueryValidatorsRequest,
    QueryValidatorsResponse,
)
from cosmpy.protos.cosmos.staking.v1beta1.query_pb2 import (
    QueryParamsRequest as StakingRulesRequest,
)
from cosmpy.protos.cosmos.staking.v1beta1.query_pb2 import (
    QueryParamsResponse as StakingRulesResponse,
)
from cosmpy.protos.cosmos.staking.v1beta1.staking_pb2 import BOND_STATUS_BONDED

from support.domain import Height, NodeName, Percent, Votes
from support.implementations.contract import Account, Nonsense
from support.implementations.cosmos.candidacy import COMMISSION
from support.implementations.cosmos.money import Money
from support.implementations.http import Answer
from support.implementations.stakes import Candidate, Income, StakeRules
from support.implementations.twins import DoubleVote

#: CometBFT gives so many validators on a page at the most; networks here are smaller.
_PAGE = 100
#: Rewards are decimals that are written as whole numbers of 10**-18.
_ATTO = 10**18


class Asked(Protocol):
    """What this needs of the client of a node."""

    def ask(self, method: str, **parameters: object) -> Answer: ...

    def ask_each(
        self, method: str, parameters: Sequence[Mapping[str, object]]
    ) -> Sequence[Answer]: ...

    def query(
        self, path: str, request: Any, response: Any, *, at: Height | None = None
    ) -> Any | None:
        """The decoded answer of the application; None where it has nothing of the kind."""
        ...

    def headers(self, first: Height, last: Height) -> Sequence[Answer]:
        """What the node says of each block from ``first`` to ``last``, oldest first."""
        ...


class CosmosStakes:
    """One node's view; see :class:`~support.implementations.stakes.Stakes`.

    ``validator`` knows the address of a node as a validator, ``collector`` is that of the account
    into which all fees are paid.
    """

    def __init__(
        self, node: Asked, money: Money, validator: Callable[[NodeName], str], collector: str
    ) -> None:
        self._node = node
        self._collector = collector
        self._money = money
        self._validator = validator
        #: Whoever has voted once is in blocks for good, also when it has no stake any more.
        self._known: dict[str, NodeName] = {}
        self._lock = threading.Lock()

    def rules(self) -> StakeRules:
        """The parameters of the modules for staking and slashing."""
        staking = self._query(
            "staking.v1beta1.Query/Params", StakingRulesRequest(), StakingRulesResponse
        ).params
        slashing = self._query(
            "slashing.v1beta1.Query/Params", SlashingRulesRequest(), SlashingRulesResponse
        ).params
        sharing = self._query(
            "distribution.v1beta1.Query/Params", SharingRulesRequest(), SharingRulesResponse
        ).params
        return StakeRules(
            unit=self._votes(1),
            for_all=_percent(sharing.community_tax.encode()),
            for_the_operator=Percent(int(float(COMMISSION["rate"]) * 100)),
            returned_after=float(staking.unbonding_time.seconds),
            for_absence=_percent(slashing.slash_fraction_downtime),
            for_double_signing=_percent(slashing.slash_fraction_double_sign),
        )

    def candidates(self) -> Mapping[NodeName, Candidate]:
        """Validators of every status, by their monikers."""
        banned = {_digest_of(info.address) for info in self._infos() if info.tombstoned}
        return {
            NodeName(each.description.moniker): Candidate(
                stake=self._votes(each.tokens),
                is_active=each.status == BOND_STATUS_BONDED,
                is_jailed=each.jailed,
                is_banned=_voting_id(each) in banned,
            )
            for each in self._validators()
        }

    def voters(self, height: Height | None = None) -> Mapping[NodeName, int]:
        """CometBFT's own set, in which a change counts two blocks after the block that made it."""
        at = {} if height is None else {"height": str(height)}
        answer = self._node.ask("validators", per_page=str(_PAGE), **at)
        return {
            self._named(voter.text("address")): voter.number("voting_power")
            for voter in answer.parts("validators")
        }

    def delegation(self, account: Account, node: NodeName) -> Votes:
        """What the shares of an account are worth by now."""
        told = self._node.query(
            "staking.v1beta1.Query/Delegation",
            QueryDelegationRequest(
                delegator_addr=account.address, validator_addr=self._validator(node)
            ),
            QueryDelegationResponse,
        )
        return Votes.of(0) if told is None else self._votes(told.delegation_response.balance.amount)

    def on_the_way_back(self, account: Account) -> Votes:
        """The sum of all entries that are not mature yet."""
        told = self._query(
            "staking.v1beta1.Query/DelegatorUnbondingDelegations",
            QueryDelegatorUnbondingDelegationsRequest(delegator_addr=account.address),
            QueryDelegatorUnbondingDelegationsResponse,
        )
        entries = [entry for each in told.unbonding_responses for entry in each.entries]
        return self._votes(sum(int(entry.balance) for entry in entries))

    def at_hand(self, account: Account) -> Votes:
        """As of the node's newest block."""
        told = self._query(
            "bank.v1beta1.Query/Balance",
            QueryBalanceRequest(address=account.address, denom=self._money.stake),
            QueryBalanceResponse,
        )
        return self._votes(told.balance.amount)

    def earnings(self, account: Account, node: NodeName, at: Height | None = None) -> Votes:
        """Parts of a unit are kept for the next time when it is paid out."""
        told = self._node.query(
            "distribution.v1beta1.Query/DelegationRewards",
            QueryDelegationRewardsRequest(
                delegator_address=account.address, validator_address=self._validator(node)
            ),
            QueryDelegationRewardsResponse,
            at=at,
        )
        return Votes.of(0) if told is None else self._parts(told.rewards)

    def income(self, at: Height) -> Income:
        """From the modules for money and for sharing out; four questions and one a validator."""
        collector = QueryBalanceRequest(address=self._collector, denom=self._money.stake)
        supply = QuerySupplyOfRequest(denom=self._money.stake)
        existing = self._query("bank.v1beta1.Query/SupplyOf", supply, QuerySupplyOfResponse, at=at)
        collected = self._query(
            "bank.v1beta1.Query/Balance", collector, QueryBalanceResponse, at=at
        )
        common = self._query(
            "distribution.v1beta1.Query/CommunityPool",
            QueryCommunityPoolRequest(),
            QueryCommunityPoolResponse,
            at=at,
        )
        shared = {}
        for each in self._validators():
            told = self._query(
                "distribution.v1beta1.Query/ValidatorOutstandingRewards",
                QueryValidatorOutstandingRewardsRequest(validator_address=each.operator_address),
                QueryValidatorOutstandingRewardsResponse,
                at=at,
            )
            shared[NodeName(each.description.moniker)] = self._parts(told.rewards.rewards)
        return Income(
            collected=self._votes(collected.balance.amount),
            shared=shared,
            common=self._parts(common.pool),
            existing=self._votes(existing.amount.amount),
        )

    def _parts(self, coins: Iterable[Any]) -> Votes:
        """Decimal coins, of which there is one of each denomination."""
        mine = [int(coin.amount) for coin in coins if coin.denom == self._money.stake]
        return Votes.of(sum(mine), per=self._money.power_reduction * _ATTO)

    def makers(self, first: Height, last: Height) -> Sequence[NodeName]:
        """By the addresses of proposers in the headers; one request for 200 of them."""
        headers = self._node.headers(first, last)
        return tuple(self._named(each.text("header", "proposer_address")) for each in headers)

    def lost_turns(self, first: Height, last: Height) -> int:
        """By the rounds in which blocks were agreed on: the first one has the number 0."""
        heights = range(first, last + 1)
        commits = self._node.ask_each("commit", [{"height": str(height)} for height in heights])
        return sum(each.number("signed_header", "commit", "round") for each in commits)

    def double_votes(self) -> Sequence[DoubleVote]:
        """What the module for evidence keeps; see :class:`~support.implementations.twins.Witness`.

        CometBFT proves it to the application, which keeps it and punishes in the same block.
        """
        told = self._query(
            "evidence.v1beta1.Query/AllEvidence",
            QueryAllEvidenceRequest(pagination=PageRequest(limit=_PAGE)),
            QueryAllEvidenceResponse,
        )
        proofs = [Equivocation.FromString(each.value) for each in told.evidence]
        return tuple(
            DoubleVote(self._named(_digest_of(proof.consensus_address)), Height(proof.height))
            for proof in proofs
        )

    def votes_in_hand(self) -> frozenset[NodeName]:
        """CometBFT shows its votes by the first 12 digits of whoever has signed them."""
        shown = str(self._node.ask("consensus_state").at("round_state").content)
        self._validators()
        signers = set(re.findall(r"\bVote\{\d+:([0-9A-F]{12})\b", shown))
        return frozenset(name for voter, name in self._known.items() if voter[:12] in signers)

    def jailed_until(self) -> Mapping[NodeName, float]:
        """See :class:`~support.implementations.attendance.Jailer`."""
        infos = self._infos()
        return {
            self._named(_digest_of(info.address)): info.jailed_until.ToMicroseconds() / 1e6
            for info in infos
        }

    def _infos(self) -> Sequence[Any]:
        told = self._query(
            "slashing.v1beta1.Query/SigningInfos",
            QuerySigningInfosRequest(pagination=PageRequest(limit=_PAGE)),
            QuerySigningInfosResponse,
        )
        return list(told.info)

    def _validators(self) -> Sequence[Any]:
        found = self._query(
            "staking.v1beta1.Query/Validators",
            QueryValidatorsRequest(pagination=PageRequest(limit=_PAGE)),
            QueryValidatorsResponse,
        ).validators
        with self._lock:
            for each in found:
                self._known[_voting_id(each)] = NodeName(each.description.moniker)
        return list(found)

    def _named(self, voting_id: str) -> NodeName:
        if voting_id not in self._known:
            self._validators()
        try:
            return self._known[voting_id]
        except KeyError:
            raise Nonsense(f"nobody with a stake votes as {voting_id}, and blocks say so") from None

    def _query(self, path: str, request: Any, response: Any, *, at: Height | None = None) -> Any:
        told = self._node.query(path, request, response, at=at)
        if told is None:
            raise Nonsense(f"the node has nothing to say to {path}")
        return told

    def _votes(self, amount: str | int) -> Votes:
        return Votes.of(int(amount), per=self._money.power_reduction)


def _voting_id(validator: Any) -> str:
    """The first 20 bytes of the hash of its voting key, as CometBFT writes addresses."""
    key = PubKey.FromString(validator.consensus_pubkey.value).key
    return hashlib.sha256(key).hexdigest()[:40].upper()


def _digest_of(address: str) -> str:
    """The 20 bytes of an address in bech32."""
    _, words = bech32_decode(address)
    digest = convertbits(words or [], 5, 8, False)
    if not digest:
        raise Nonsense(f"{address!r} is no address")
    return bytes(digest).hex().upper()


def _percent(written: bytes) -> Percent:
    """A decimal, written as a whole number of 10**-18 in ASCII."""
    hundredths = Fraction(int(written), _ATTO) * 100
    if hundredths.denominator != 1:
        raise Nonsense(f"{hundredths} hundredths are not what features can say")
    return Percent(int(hundredths))
