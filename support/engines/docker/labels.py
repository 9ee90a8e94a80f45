"""The marks by which Accord knows its own containers and networks among all others."""

from __future__ import annotations

from support.engines import runs

RUN = "accord.run"
NETWORK = "accord.network"
NODE = "accord.node"
OWNER = "accord.owner"


def labels(run_id: str, network: str, node: str = "") -> dict[str, str]:
    """What everything that a run starts is labelled with."""
    return {RUN: run_id, NETWORK: network, OWNER: runs.owner()} | ({NODE: node} if node else {})
