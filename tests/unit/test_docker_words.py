"""What the Docker engine's errors, labels and address ranges look like, without a Docker Engine."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from pathlib import Path

import docker.errors
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from support.domain import EnvironmentProblem
from support.engines import runs
from support.engines.docker.engine import subnets_told
from support.engines.docker.errors import (
    DISK_FULL,
    NO_DOCKER,
    NO_PERMISSION,
    plain_words,
    told_plainly,
)
from support.engines.docker.labels import NETWORK, NODE, OWNER, RUN, labels
from support.engines.subnets import address_of, candidates, host_routes
from support.topology import MOST_NODES

# -- errors


def answered(explanation: str) -> docker.errors.APIError:
    return docker.errors.APIError("500 Server Error", explanation=explanation)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            docker.errors.DockerException(
                "Error while fetching server API version: ('Connection aborted.', "
                "FileNotFoundError(2, 'No such file or directory'))"
            ),
            f"{NO_DOCKER} (while starting node-2)",
        ),
        (
            requests.ConnectionError(
                "('Connection aborted.', ConnectionRefusedError(111, 'Connection refused'))"
            ),
            f"{NO_DOCKER} (while starting node-2)",
        ),
        (
            docker.errors.DockerException(
                "Error while fetching server API version: ('Connection aborted.', "
                "PermissionError(13, 'Permission denied'))"
            ),
            NO_PERMISSION,
        ),
        (
            requests.ReadTimeout(
                "UnixHTTPConnectionPool(host='localhost', port=None): Read timed out. "
                "(read timeout=60)"
            ),
            "the Docker Engine stopped answering while starting node-2: look at the daemon and "
            "its log",
        ),
        (answered("write /var/lib/docker/x: no space left on device"), DISK_FULL),
        (
            answered("No such image: accord-injective:1.20.1"),
            "the Docker Engine said no while starting node-2: "
            "No such image: accord-injective:1.20.1",
        ),
        (
            answered("container timed out"),
            "the Docker Engine said no while starting node-2: container timed out",
        ),
        (
            docker.errors.DockerException("odd"),
            "the Docker Engine failed while starting node-2: odd",
        ),
    ],
)
def test_an_error_of_the_sdk_becomes_one_sentence(error: Exception, sentence: str) -> None:
    assert plain_words("starting node-2", error) == sentence
    with pytest.raises(EnvironmentProblem) as raised, told_plainly("starting node-2"):
        raise error
    assert str(raised.value) == sentence
    assert raised.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyError("x"), AssertionError("x"), EnvironmentProblem("x")])
def test_what_is_no_answer_of_the_engine_passes(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, told_plainly("starting node-2"):
        raise error
    assert raised.value is error


def test_nothing_is_said_when_all_went_well() -> None:
    with told_plainly("starting node-2"):
        pass


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "No such file or directory", "docker/cosmos/Dockerfile"),
        PermissionError(13, "Permission denied", "build/cache"),
    ],
)
def test_a_file_of_ours_that_is_missing_is_not_blamed_on_docker(error: OSError) -> None:
    assert plain_words("making the image of injective", error) not in (
        f"{NO_DOCKER} (while making the image of injective)",
        NO_PERMISSION,
    )


# -- labels


def test_everything_is_labelled_with_run_network_and_owner() -> None:
    assert labels("0a1b2c3d", "ab12cd") == {
        RUN: "0a1b2c3d",
        NETWORK: "ab12cd",
        OWNER: runs.owner(),
    }
    assert labels("0a1b2c3d", "ab12cd", "node-2")[NODE] == "node-2"


def test_labels_are_our_own_namespace() -> None:
    assert all(name.startswith("accord.") for name in labels("r", "n", "node-1"))


# -- address ranges


subnets = st.builds(
    lambda base, prefix: IPv4Network((int(IPv4Address("10.0.0.0")) + (base << 12), prefix), False),
    st.integers(0, 2**12 - 1),
    st.integers(9, 26),
)


@given(st.lists(subnets, max_size=8))
def test_a_range_overlaps_with_nothing_that_is_taken(taken: list[IPv4Network]) -> None:
    for subnet in candidates(taken):
        assert not any(subnet.overlaps(other) for other in taken)
        assert subnet.is_private


def test_the_space_that_others_use_least_comes_first() -> None:
    assert all(
        subnet.subnet_of(IPv4Network("10.128.0.0/9")) for subnet in islice(candidates([]), 64)
    )


def test_two_runs_do_not_pick_the_same_range() -> None:
    first = [next(candidates([])) for _ in range(8)]
    assert len(set(first)) > 1, "by chance once in 2 to the power of 119"


def test_after_a_few_dozen_tries_it_gives_up() -> None:
    private = [IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
    assert list(candidates(private)) == []
    assert len(list(candidates([]))) == 3 * 64


def test_every_node_of_the_largest_network_has_an_address() -> None:
    (subnet,) = islice(candidates([]), 1)
    addresses = [address_of(subnet, number) for number in range(1, MOST_NODES + 5)]
    assert len(set(addresses)) == len(addresses)
    assert set(addresses) <= set(subnet.hosts())
    gateway = next(subnet.hosts())
    assert gateway not in addresses


ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t0000800A\t00000000\t0001\t0\t0\t0\t0000C0FF\t0\t0\t0
"""


def test_what_the_host_reaches_already_is_taken(tmp_path: Path) -> None:
    table = tmp_path / "route"
    table.write_text(ROUTES)
    assert host_routes(table) == [IPv4Network("192.168.2.0/24"), IPv4Network("10.128.0.0/10")]


def test_a_host_that_does_not_tell_its_routes_has_none(tmp_path: Path) -> None:
    assert host_routes(tmp_path / "missing") == []


def test_a_host_with_a_vpn_can_have_a_network() -> None:
    assert list(candidates([IPv4Network("10.0.0.0/8")])) != []


def test_ranges_are_understood_however_an_engine_tells_of_them() -> None:
    def network(*subnets: str) -> dict[str, object]:
        return {"IPAM": {"Config": [{"Subnet": subnet} for subnet in subnets]}}

    told = [
        network("172.20.0.1/16", "fd00::/64"),
        network("0.0.0.0/0"),
        network("10.1.0.0/24"),
        {"IPAM": {"Config": None}},
        {"IPAM": None},
    ]
    assert subnets_told(told) == [IPv4Network("172.20.0.0/16"), IPv4Network("10.1.0.0/24")]
