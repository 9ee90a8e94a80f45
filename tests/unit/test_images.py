"""How images are named, found again, and cleaned up after, without a Docker Engine."""

from __future__ import annotations

import errno
import io
import shutil
import stat
import tarfile
from pathlib import Path
from typing import Any

import docker.errors
import pytest

from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software
from support.engines.docker import debian_base, images

ID = "ab" * 6


class FakeEngine:
    """Just enough of a Docker client: images by name, and builds that work or do not."""

    def __init__(self, present: tuple[str, ...] = (), complaint: str = "", registry: str = "no"):
        self.present = dict.fromkeys(present, 1)
        self.complaint = complaint
        self.registry = registry
        self.built: list[dict[str, Any]] = []
        self.removed: list[str] = []
        self.images = self
        self.api = self
        self.tags: list[str] = []
        self.attrs = {"Size": 250e6}

    def get(self, reference: str) -> FakeEngine:
        if reference not in self.present and reference != ID:
            raise docker.errors.ImageNotFound("no such image")
        return self

    def version(self) -> dict[str, str]:
        return {"Arch": "amd64"}

    def pull(self, *_: str, **__: object) -> list[dict[str, str]]:
        if self.registry == "no":
            raise docker.errors.APIError("no such host")
        self.present[images.PULLED_FROM] = 1
        return [{"status": "Pulling"}]

    def build(self, *, fileobj: Any, tag: str, buildargs: dict[str, str], **_: object):
        with tarfile.open(fileobj=fileobj) as context:
            members = {member.name: member for member in context}
        self.built.append({"tag": tag, "args": buildargs, "members": members})
        if self.complaint and "accord/base" not in tag:
            return [{"stream": f" ---> {ID}\n"}, {"stream": "ouch\n"}, {"error": self.complaint}]
        self.present[tag] = 1
        return [{"stream": "Successfully built\n"}]

    def remove(self, layer: str) -> None:
        self.removed.append(layer)


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Scratch folders of this test alone, and no Debian package is fetched."""
    monkeypatch.setattr(images.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(debian_base, "can_be_assembled", lambda: True)
    monkeypatch.setattr(
        debian_base, "assemble", lambda packages, into, *_: debian_base.write_home_only(into)
    )
    monkeypatch.setattr(images.os, "uname", lambda: type("Host", (), {"machine": "x86_64"}))
    return tmp_path


def unpack(folder: Path, platform: Platform) -> None:
    assert platform == Platform("Linux", "x86_64")
    (folder / "injectived").write_text("program")
    (folder / "injectived").chmod(0o700)


def node(unpacking=unpack, version: str = "1.20.1") -> Software:
    return Software("injective", version, unpacking, recipe="cosmos")


def left_behind(room: Path) -> list[str]:
    return [path.name for path in room.iterdir() if not path.name.endswith(".lock")]


def test_an_image_is_made_once_and_found_again(room):
    engine, said = FakeEngine(), []
    reference = images.ensure_node_image(engine, node(), said.append)
    assert reference.startswith("accord/injective:1.20.1-")
    assert [build["tag"].partition(":")[0] for build in engine.built] == [
        "accord/base",
        "accord/injective",
    ]
    assert engine.built[1]["args"]["BASE"] == engine.built[0]["tag"]
    quiet: list[str] = []
    assert images.ensure_node_image(engine, node(), quiet.append) == reference
    assert len(engine.built) == 2
    assert quiet == []
    assert left_behind(room) == []


def test_it_says_how_it_came_by_the_base():
    said: list[str] = []
    images.ensure_node_image(FakeEngine(registry="yes"), node(), said.append)
    assert f"pulled {images.PULLED_FROM}" in said
    said = []
    images.ensure_node_image(FakeEngine(), node(), said.append)
    assert f"{images.PULLED_FROM} cannot be pulled (no such host)" in said


def test_a_silent_registry_is_given_up(monkeypatch):
    engine, said = FakeEngine(), []
    monkeypatch.setattr(images, "_REGISTRY_SILENCE", 0.05)
    monkeypatch.setattr(engine, "pull", lambda *_, **__: iter(images.queue.Queue().get, None))
    images.ensure_node_image(engine, node(), said.append)
    assert any("no registry said anything" in words for words in said)


def test_no_registry_and_no_debian_is_one_sentence(monkeypatch, room):
    monkeypatch.setattr(debian_base, "can_be_assembled", lambda: False)
    with pytest.raises(EnvironmentProblem, match=r"there is no base .*docker load"):
        images.ensure_node_image(FakeEngine(), node(), print)
    assert left_behind(room) == []


def test_another_version_is_another_image():
    engine = FakeEngine()
    one = images.ensure_node_image(engine, node(), print)
    other = images.ensure_node_image(engine, node(version="1.18.2+old"), print)
    assert other.startswith("accord/injective:1.18.2_old-")
    assert one != other


def test_software_of_one_recipe_stands_on_one_base():
    engine = FakeEngine()
    one = images.ensure_node_image(engine, node(), print)
    moonlight = Software("moonlight", "7", unpack, recipe="cosmos")
    other = images.ensure_node_image(engine, moonlight, print)
    assert (one.partition(":")[0], other.partition(":")[0]) == (
        "accord/injective",
        "accord/moonlight",
    )
    assert [build["tag"] for build in engine.built if "/base:" in build["tag"]] == [
        engine.built[0]["tag"]
    ]


def test_software_without_a_recipe_has_the_one_of_its_name():
    engine = FakeEngine()
    reference = images.ensure_node_image(engine, Software("etcd", "3", unpack), print)
    assert reference.startswith("accord/etcd:3-")
    with pytest.raises(EnvironmentProblem, match="no docker/moonlight/Dockerfile"):
        images.ensure_node_image(engine, Software("moonlight", "7", unpack), print)


def test_another_dockerfile_is_another_image(tmp_path, monkeypatch):
    engine = FakeEngine()
    one = images.ensure_node_image(engine, node(), print)
    recipes = tmp_path / "recipes"
    shutil.copytree(images.RECIPES, recipes)
    monkeypatch.setattr(images, "RECIPES", recipes)
    assert images.ensure_node_image(engine, node(), print) == one
    with (recipes / "cosmos" / "Dockerfile").open("a") as dockerfile:
        dockerfile.write("ENV MORE=1\n")
    assert images.ensure_node_image(engine, node(), print) != one


def test_the_program_can_be_run_by_everyone():
    engine = FakeEngine()
    images.ensure_node_image(engine, node(), print)
    program = engine.built[1]["members"]["node/injectived"]
    assert program.mode == 0o755
    assert (program.uid, program.gid) == (0, 0)


def test_a_build_that_fails_shows_its_last_words_and_leaves_nothing(room):
    engine = FakeEngine(complaint="COPY failed")
    with pytest.raises(EnvironmentProblem) as problem:
        images.ensure_node_image(engine, node(), print)
    assert "injective 1.20.1 cannot be built: COPY failed" in str(problem.value)
    assert "ouch" in str(problem.value)
    assert engine.removed == [ID]
    assert left_behind(room) == []


def test_a_layer_that_has_a_name_is_not_removed():
    engine = FakeEngine(complaint="COPY failed")
    engine.tags = ["somebody/else:1"]
    with pytest.raises(EnvironmentProblem):
        images.ensure_node_image(engine, node(), print)
    assert engine.removed == []


def test_a_full_disk_is_one_sentence(room):
    def on_a_full_disk(folder: Path, _: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    with pytest.raises(EnvironmentProblem, match=r"the disk is full: .*TMPDIR"):
        images.ensure_node_image(FakeEngine(), node(on_a_full_disk), print)
    assert left_behind(room) == []


def test_a_full_disk_of_the_engine_is_one_sentence():
    engine = FakeEngine(complaint="write /opt: no space left on device")
    with pytest.raises(EnvironmentProblem, match="the disk of the Docker Engine is full"):
        images.ensure_node_image(engine, node(), print)


def test_what_a_killed_build_left_is_swept(room):
    (room / "accord-image-dead" / "node").mkdir(parents=True)
    images.ensure_node_image(FakeEngine(), node(), print)
    assert left_behind(room) == []


def test_software_without_a_dockerfile_is_one_sentence():
    with pytest.raises(EnvironmentProblem, match="there is no docker/nobody/Dockerfile"):
        images.ensure_node_image(FakeEngine(), Software("nobody", "1", unpack), print)


def test_another_architecture_than_the_engines_is_one_sentence(monkeypatch):
    monkeypatch.setattr(images.os, "uname", lambda: type("Host", (), {"machine": "aarch64"}))
    with pytest.raises(EnvironmentProblem, match="packages are for aarch64"):
        images.ensure_node_image(FakeEngine(), node(), print)


def test_the_fault_helper_has_its_agent():
    engine = FakeEngine()
    assert images.ensure_faultbox_image(engine, print).startswith("accord/faultbox:1-")
    assert "agent.py" in engine.built[1]["members"]


def test_a_base_has_a_home_that_its_node_owns():
    rootfs = io.BytesIO()
    with tarfile.open(fileobj=rootfs, mode="w") as archive:
        debian_base._add_home(archive)
    rootfs.seek(0)
    with tarfile.open(fileobj=rootfs) as archive:
        home, tmp = archive.getmember("home/node"), archive.getmember("tmp")
    assert home.uid == home.gid == debian_base.NODE_USER
    assert tmp.mode & stat.S_ISVTX


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("./lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libc.so.6"),
        ("./lib64", "usr/lib64"),
        ("./usr/lib/x", "usr/lib/x"),
        ("/lib/x86_64-linux-gnu/ld.so", "usr/lib/x86_64-linux-gnu/ld.so"),
        ("./library/x", "library/x"),
    ],
)
def test_paths_of_packages_are_merged_into_usr(path, expected):
    assert debian_base.merged(path) == expected
