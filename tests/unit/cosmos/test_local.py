"""A program of this machine is found, told from older builds, and refused on other platforms."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.domain import EnvironmentProblem
from support.engines.contract import Platform
from support.implementations.cosmos.settings_file import read_chain
from support.implementations.cosmos.software import software_of
from support.implementations.registry import implementation_named

LINUX, ARM, MAC = (
    Platform("Linux", "x86_64"),
    Platform("Linux", "aarch64"),
    Platform("Darwin", "aarch64"),
)
BASE = """\
name = "ours"
addresses.account = "our"
coins.fees = "token"
[software]
program = "ourd"
version = "1.0"
"""


def elf(machine):
    return b"\x7fELF\x02\x01\x01" + bytes(11) + machine.to_bytes(2, "little") + b"the rest"


X86, AARCH64 = elf(62), elf(183)
MACH_O = bytes.fromhex("cffaedfe0c000001") + b"the rest of it all"


def program(path, content=X86):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


@pytest.fixture
def software(tmp_path):
    def made(more=""):
        settings = tmp_path / "ours.toml"
        settings.write_text(BASE + more)
        return software_of(read_chain(settings), tmp_path / "cache")

    return made


def unpacked(software, tmp_path, platform=LINUX):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    software.unpack(folder, platform)
    return {str(file.relative_to(folder)): file for file in folder.rglob("*") if file.is_file()}


def test_found_by_its_name(software, tmp_path, monkeypatch):
    program(tmp_path / "bin/ourd")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    files = unpacked(software(), tmp_path)
    assert files.keys() == {"ourd"}
    assert files["ourd"].read_bytes() == X86
    assert files["ourd"].stat().st_mode & 0o111


def test_found_beside_the_settings_under_another_name(software, tmp_path, monkeypatch):
    program(tmp_path / "build/ourd-new")
    (tmp_path / "build/libvm.so").write_bytes(b"library")
    monkeypatch.chdir("/")
    files = unpacked(software('path = "build/ourd-new"\nlibraries = ["build/libvm.so"]'), tmp_path)
    assert files.keys() == {"ourd", "libvm.so"}


def test_a_folder_with_all_of_it(software, tmp_path):
    program(tmp_path / "build/ourd")
    program(tmp_path / "build/lib/libvm.so")
    files = unpacked(software('folder = "build"'), tmp_path)
    assert files.keys() == {"ourd", "lib/libvm.so"}


@pytest.mark.parametrize("more", ['path = "build/ourd"', 'folder = "build"'])
def test_another_build_is_another_version(software, tmp_path, more):
    made = program(tmp_path / "build/ourd")
    one = software(more).version
    assert one.startswith("1.0-")
    assert software(more).version == one
    program(made, X86 + b"x")
    assert software(more).version != one


@pytest.mark.parametrize("more", ['path = "build/ourd"', 'folder = "build"'])
@pytest.mark.parametrize(
    ("content", "platform", "words"),
    [
        (AARCH64, LINUX, "is made for Linux on aarch64, and nodes here run on Linux on x86_64"),
        (X86, MAC, "is made for Linux on x86_64, and nodes here run on Darwin on aarch64"),
        (MACH_O, LINUX, "is made for Darwin on aarch64, and nodes here"),
        (elf(243), ARM, "is made for Linux on machine 243 of ELF"),
        (bytes.fromhex("cafebabe") + bytes(30), LINUX, "Darwin on aarch64 and Darwin on x86_64"),
        (b"hello", LINUX, "is no program, neither for Linux nor for macOS"),
        (b"", LINUX, "is no program"),
    ],
)
def test_a_program_for_another_machine(software, tmp_path, more, content, platform, words):
    program(tmp_path / "build/ourd", content)
    with pytest.raises(EnvironmentProblem, match=words) as problem:
        unpacked(software(more), tmp_path, platform)
    assert f"ours.toml: software.{more.split()[0]}: " in str(problem.value)


@pytest.mark.parametrize(
    ("content", "platform"), [(AARCH64, ARM), (MACH_O, MAC), (b"#!/bin/sh\n", LINUX)]
)
def test_a_program_for_this_machine(software, tmp_path, content, platform):
    program(tmp_path / "ourd", content)
    assert unpacked(software('path = "./ourd"'), tmp_path, platform).keys() == {"ourd"}


def test_the_program_of_this_process_is_for_this_machine(software, tmp_path):
    files = unpacked(software(f'path = "{sys.executable}"'), tmp_path, Platform.of_this_host())
    assert files.keys() == {"ourd"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", r"software\.path: this machine's PATH leads to no program ourd"),
        ('path = "build/ourd"', r"software\.path: there is no program at .*/build/ourd, or it may"),
        ('folder = "build"', r"software\.folder: there is no program ourd in .*/build"),
        ('path = "/bin/true"\nlibraries = ["libvm.so"]', r"there is no library .*/libvm\.so"),
    ],
)
def test_a_program_that_is_not_there(software, tmp_path, monkeypatch, more, words):
    (tmp_path / "build").mkdir()
    (tmp_path / "build/ourd").write_bytes(X86)  # it may not be run
    monkeypatch.setenv("PATH", str(tmp_path / "build"))
    with pytest.raises(EnvironmentProblem, match=words):
        software(more)


def test_it_is_told_before_anything_starts(tmp_path):
    settings = tmp_path / "ours.toml"
    settings.write_text(BASE)
    with pytest.raises(EnvironmentProblem, match="leads to no program ourd"):
        implementation_named(str(settings))


def test_a_place_that_cannot_be_written(software, tmp_path):
    program(tmp_path / "ourd")
    made = software('path = "./ourd"')
    with pytest.raises(EnvironmentProblem, match=r"software\.path: it cannot be copied to"):
        made.unpack(Path("/proc"), LINUX)
