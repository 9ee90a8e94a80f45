"""Which coins a chain has, what a payment costs, and how many of them a new network starts with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

#: All coins of customers that will ever exist; the treasury holds them at the start.
SUPPLY = 10**15
#: How many payments a purse, and how many purses the treasury could pay the fees of: more than a
#: network lives to see.
_PAYMENTS, _PURSES = 31_250, 10**9
#: What a validator owns, and the part of it that is its stake, in votes. A hundred of them stay
#: below what CometBFT can count in all (an eighth of 2**63).
_OWNED_VOTES, _STAKED_VOTES = 10**6, 10**5
#: What the treasury can give to those who want to lend votes.
_GRANTED_VOTES = 10**7


@dataclass(frozen=True)
class Money:
    """The denominations of one chain, and what is counted in them.

    ``customers`` is what features call coins: nothing else is paid with it, so that balances are
    exact. ``gas_price`` is the least that nodes accept for a unit of work, in units of ``fees``.
    ``power_reduction`` is how much ``stake`` makes one vote, as Cosmos SDK calls it.
    """

    customers: str
    fees: str
    stake: str
    gas_price: str
    gas: int
    power_reduction: int

    @property
    def fee(self) -> int:
        """What every payment costs, in units of ``fees``."""
        return math.ceil(Decimal(self.gas_price) * self.gas)

    @property
    def purse_fees(self) -> int:
        """What a purse holds of ``fees``."""
        return _PAYMENTS * self.fee

    @property
    def treasury_fees(self) -> int:
        """What the treasury holds of ``fees``."""
        return _PURSES * self.purse_fees

    @property
    def treasury_stake(self) -> int:
        """What the treasury holds of ``stake``, for those who want to lend votes."""
        return _GRANTED_VOTES * self.power_reduction

    @property
    def validator_funds(self) -> int:
        """What a validator owns of ``stake``."""
        return _OWNED_VOTES * self.power_reduction

    @property
    def validator_stake(self) -> int:
        """The part of it that it votes with."""
        return _STAKED_VOTES * self.power_reduction
