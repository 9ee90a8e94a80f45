"""What ``config.toml`` and ``app.toml`` of a node say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from support.domain import NodeName
from support.engines.contract import API, PEERS, NodeAddress
from support.implementations.cosmos.chain import Chain
from support.implementations.cosmos.pace import pace
from support.implementations.cosmos.placeholders import COMMIT, PROPOSE, words_in
from support.implementations.cosmos.toml_text import merged, written

#: Dotted paths that are this suite's to set, because it could not reach or time nodes otherwise.
FIXED_CONFIG = (
    "moniker",
    "rpc.laddr",
    "p2p.laddr",
    "p2p.persistent_peers",
    "consensus.timeout_commit",
    "consensus.timeout_propose",
)
FIXED_APP = ("minimum-gas-prices",)

#: Everything is asked over the RPC port, so no other port is opened.
_CLOSED = {"enable": False}


def config_file(
    chain: Chain, name: NodeName, address: NodeAddress, peers: Sequence[str], block_time: float
) -> str:
    """Only what differs from the program's defaults; it keeps the file as it is.

    The gossip pause is what ``init`` writes and the program does not assume by itself: without it
    a block of injective 1.20.1 takes 0.35 s instead of 0.2 s. There is room for 5000 payments to
    wait, as CometBFT has it, and not for the 500 that ``init`` of injective writes: it is a burst
    of 1000 that features speak of.
    """
    usual: dict[str, Any] = {
        "moniker": name,
        "rpc": {"laddr": f"tcp://{address.listen}:{address.ports[API]}", "pprof_laddr": ""},
        "p2p": {
            "laddr": f"tcp://{address.listen}:{address.ports[PEERS]}",
            "persistent_peers": ",".join(peers),
            "addr_book_strict": False,
            "allow_duplicate_ip": True,
            "dial_timeout": "1s",
            "persistent_peers_max_dial_period": "2s",
        },
        "mempool": {"size": 5000},
        "consensus": {"peer_gossip_sleep_duration": "10ms", **consensus_times(chain, block_time)},
    }
    return written(merged(usual, chain.config))


def app_file(chain: Chain) -> str:
    """The least gas price, and no further servers."""
    usual = {
        "minimum-gas-prices": f"{chain.money.gas_price}{chain.money.fees}",
        "api": _CLOSED,
        "grpc": _CLOSED,
        "grpc-web": _CLOSED,
    }
    return written(merged(usual, chain.app))


def consensus_times(chain: Chain, block_time: float) -> dict[str, str]:
    """Nothing where the command line has them: such a program would overrule the file."""
    if {COMMIT, PROPOSE} & words_in(chain.start):
        return {}
    times = pace(block_time)
    return {"timeout_commit": times[COMMIT], "timeout_propose": times[PROPOSE]}
