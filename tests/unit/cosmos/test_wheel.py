"""The program is unpacked from the package, and a package that is missing gets one sentence."""

from __future__ import annotations

import io
import tarfile
import zipfile
from importlib import metadata

import pytest
import zstandard

from support.domain import EnvironmentProblem
from support.engines.contract import Platform
from support.implementations.cosmos import wheel
from support.implementations.cosmos.releases import Release
from support.implementations.cosmos.software import software_of


def packed(members):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return zstandard.ZstdCompressor().compress(plain.getvalue())


ARCHIVE = packed(
    {
        "injectived-linux-x64": b"program",
        "libwasmvm.x86_64.so": b"library",
        "../outside": b"x",
        "README": b"x",
    }
)


class Package:
    def __init__(self, folder):
        self._folder = folder

    def locate_file(self, path):
        return self._folder / path


LINUX = Platform("Linux", "x86_64")


def runs_on(monkeypatch, system, machine):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)


@pytest.fixture
def on_linux(monkeypatch):
    runs_on(monkeypatch, "Linux", "x86_64")


@pytest.fixture
def installed(tmp_path, monkeypatch, on_linux):
    archive = tmp_path / "site" / "injective_core/bin/injectived.tar.zst"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(ARCHIVE)
    monkeypatch.setattr(metadata, "distribution", lambda name: Package(tmp_path / "site"))


@pytest.fixture
def software(injective, tmp_path, monkeypatch):
    monkeypatch.setattr(metadata, "version", lambda name: "1.20.1")
    return software_of(injective, tmp_path / "cache")


@pytest.fixture
def unpack(software, tmp_path):
    def unpacked(platform=LINUX):
        folder = tmp_path / "unpacked"
        folder.mkdir()
        software.unpack(folder, platform)
        return {file.name: file for file in folder.iterdir()}

    return unpacked


def test_unpacked_from_the_installed_package(unpack, tmp_path, installed):
    files = unpack()
    assert set(files) == {"injectived", "libwasmvm.x86_64.so"}
    assert files["injectived"].read_bytes() == b"program"
    assert files["injectived"].stat().st_mode & 0o777 == 0o755
    assert not (tmp_path / "outside").exists()


def test_the_package_of_a_mac_is_unpacked_on_a_mac(unpack, tmp_path, installed, monkeypatch):
    runs_on(monkeypatch, "Darwin", "arm64")
    archive = tmp_path / "site/injective_core/bin/injectived.tar.zst"
    archive.write_bytes(packed({"injectived-darwin-arm64": b"mac", "libwasmvm.dylib": b"library"}))
    files = unpack(Platform.of_this_host())
    assert set(files) == {"injectived", "libwasmvm.dylib"}
    assert files["injectived"].read_bytes() == b"mac"


def test_not_installed(unpack, injective, tmp_path, monkeypatch, on_linux):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(EnvironmentProblem, match="injective-core is not installed"):
        unpack()
    monkeypatch.setattr(metadata, "version", missing)
    assert software_of(injective, tmp_path).version == injective.version


def test_an_architecture_that_does_not_exist(unpack):
    with pytest.raises(EnvironmentProblem, match="riscv64"):
        unpack(Platform("Linux", "riscv64"))


def test_an_archive_without_the_program(unpack, tmp_path, installed):
    archive = tmp_path / "site/injective_core/bin/injectived.tar.zst"
    archive.write_bytes(packed({"README": b"x"}))
    with pytest.raises(EnvironmentProblem, match="no program injectived-linux-x64"):
        unpack()


@pytest.mark.parametrize("archive", [b"", b"no archive at all", ARCHIVE[:-30]])
def test_a_damaged_archive(unpack, tmp_path, installed, archive):
    (tmp_path / "site/injective_core/bin/injectived.tar.zst").write_bytes(archive)
    with pytest.raises(EnvironmentProblem):
        unpack()


def test_a_folder_that_cannot_be_written(software, tmp_path, installed):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match="cannot be unpacked into"):
        software.unpack(tmp_path / "file", LINUX)


def test_another_platform_takes_the_wheel_of_the_cache(unpack, tmp_path, monkeypatch):
    runs_on(monkeypatch, "Darwin", "arm64")
    wheels = tmp_path / "cache" / "wheels"
    wheels.mkdir(parents=True)
    name = "injective_core-1.20.1-py3-none-manylinux_2_17_x86_64.whl"
    with zipfile.ZipFile(wheels / name, "w") as made:
        made.writestr("injective_core/bin/injectived.tar.zst", ARCHIVE)
    assert "injectived" in unpack()


def test_a_download_that_fails(unpack, tmp_path, monkeypatch):
    runs_on(monkeypatch, "Darwin", "arm64")
    monkeypatch.setattr(wheel.sys, "executable", "false")
    with pytest.raises(EnvironmentProblem, match="cannot be downloaded: no reason given"):
        unpack()


def test_what_is_downloaded_is_checked_against_requirements(tmp_path, monkeypatch):
    requirements = tmp_path / "requirements.txt"
    one, two, other = (digit * 64 for digit in "123")
    requirements.write_text(
        "idna==3 \\\n"
        f"    --hash=sha256:{other}\n"
        "injective-core==1.20.1 ; sys_platform == 'linux' \\\n"
        f"    --hash=sha256:{one} \\\n"
        f"    --hash=sha256:{two}\n"
        "    # via -r requirements.in\n"
        "jsonschema==4 \\\n"
        f"    --hash=sha256:{other}\n"
    )
    monkeypatch.setattr(wheel, "_REQUIREMENTS", requirements)
    expected = f"injective-core==1.20.1 --hash=sha256:{one} --hash=sha256:{two}\n"
    assert wheel._requirement("injective-core", "1.20.1", ()) == expected
    assert wheel._requirement("injective-core", "9.9.9", ()) == "injective-core==9.9.9\n"
    pinned = wheel._requirement("injective-core", "9.9.9", ("0" * 64,))
    assert pinned == f"injective-core==9.9.9 --hash=sha256:{'0' * 64}\n"


def test_an_earlier_release_comes_from_a_wheel_of_its_own(
    injective, tmp_path, monkeypatch, installed
):
    monkeypatch.setattr(metadata, "version", lambda name: "1.20.1")
    earlier = Release.earlier(injective, injective.earlier, tmp_path / "cache")
    assert earlier.software.version == injective.earlier.version != "1.20.1"
    wheels = tmp_path / "cache" / "wheels"
    wheels.mkdir(parents=True)
    name = f"injective_core-{injective.earlier.version}-py3-none-manylinux_2_17_x86_64.whl"
    with zipfile.ZipFile(wheels / name, "w") as made:
        older = packed({"injectived-linux-x64": b"older", "libwasmvm.x86_64.so": b"library"})
        made.writestr("injective_core/bin/injectived.tar.zst", older)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    earlier.software.unpack(folder, LINUX)
    assert (folder / "injectived").read_bytes() == b"older"
    assert injective.earlier.source.why_not(earlier.software.version, tmp_path / "cache") is None


def test_why_an_earlier_release_cannot_be_had(injective, tmp_path, monkeypatch, on_linux):
    monkeypatch.setattr(wheel.sys, "executable", "false")
    source = injective.earlier.source
    assert "cannot be downloaded" in source.why_not("1.18.2", tmp_path)
    runs_on(monkeypatch, "Linux", "riscv64")
    assert source.why_not("1.18.2", tmp_path) == (
        "there is no injective-core 1.18.2 for Linux on riscv64"
    )
