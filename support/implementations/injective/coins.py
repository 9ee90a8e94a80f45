"""Which coins there are, and how many of them a new network starts with."""

from __future__ import annotations

#: What features call coins. Nothing else is paid with it, so balances are exact.
COIN = "coin"
#: What fees and stakes are paid with.
FEE_COIN = "inj"

#: All coins that will ever exist; the treasury holds them at the start.
SUPPLY = 10**15
#: Units of ``inj`` in the treasury: fees for more payments than a network lives to see.
TREASURY_FEES = 10**27
#: Units of ``inj`` in a purse: fees for 31 250 payments.
PURSE_FEES = 10**18
#: Units of ``inj`` that a validator owns, and the part of it that is its stake.
VALIDATOR_FUNDS = 10**24
STAKE = 10**23
