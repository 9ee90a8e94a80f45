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
from support.implementations.injective import software


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


def unpack(tmp_path, platform=LINUX):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    software.injectived("1.20.1", tmp_path / "cache").unpack(folder, platform)
    return {file.name: file for file in folder.iterdir()}


def test_unpacked_from_the_installed_package(tmp_path, installed):
    files = unpack(tmp_path)
    assert set(files) == {"injectived", "libwasmvm.x86_64.so"}
    assert files["injectived"].read_bytes() == b"program"
    assert files["injectived"].stat().st_mode & 0o777 == 0o755
    assert not (tmp_path / "outside").exists()


def test_the_package_of_a_mac_is_unpacked_on_a_mac(tmp_path, installed, monkeypatch):
    runs_on(monkeypatch, "Darwin", "arm64")
    archive = tmp_path / "site/injective_core/bin/injectived.tar.zst"
    archive.write_bytes(packed({"injectived-darwin-arm64": b"mac", "libwasmvm.dylib": b"library"}))
    files = unpack(tmp_path, Platform.of_this_host())
    assert set(files) == {"injectived", "libwasmvm.dylib"}
    assert files["injectived"].read_bytes() == b"mac"


def test_not_installed(tmp_path, monkeypatch, on_linux):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(EnvironmentProblem, match="injective-core is not installed"):
        unpack(tmp_path)
    monkeypatch.setattr(metadata, "version", missing)
    assert software.installed_or_pinned_version() == software.PINNED


def test_an_architecture_that_does_not_exist(tmp_path):
    with pytest.raises(EnvironmentProblem, match="riscv64"):
        unpack(tmp_path, Platform("Linux", "riscv64"))


def test_an_archive_without_the_program(tmp_path, installed):
    with pytest.raises(EnvironmentProblem, match="no program"):
        software._extract(io.BytesIO(packed({"README": b"x"})), tmp_path, "injectived-linux-x64")


@pytest.mark.parametrize("archive", [b"", b"no archive at all", ARCHIVE[:-30]])
def test_a_damaged_archive(tmp_path, installed, archive):
    (tmp_path / "site/injective_core/bin/injectived.tar.zst").write_bytes(archive)
    with pytest.raises(EnvironmentProblem):
        unpack(tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path, installed):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match="cannot be unpacked into"):
        software.injectived("1.20.1", tmp_path / "cache").unpack(tmp_path / "file", LINUX)


def test_another_platform_takes_the_wheel_of_the_cache(tmp_path, monkeypatch):
    runs_on(monkeypatch, "Darwin", "arm64")
    wheels = tmp_path / "cache" / "wheels"
    wheels.mkdir(parents=True)
    name = "injective_core-1.20.1-py3-none-manylinux_2_17_x86_64.whl"
    with zipfile.ZipFile(wheels / name, "w") as wheel:
        wheel.writestr("injective_core/bin/injectived.tar.zst", ARCHIVE)
    assert "injectived" in unpack(tmp_path)


def test_a_download_that_fails(tmp_path, monkeypatch):
    runs_on(monkeypatch, "Darwin", "arm64")
    monkeypatch.setattr(software.sys, "executable", "false")
    with pytest.raises(EnvironmentProblem, match="cannot be downloaded: no reason given"):
        unpack(tmp_path)


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
    monkeypatch.setattr(software, "_REQUIREMENTS", requirements)
    expected = f"injective-core==1.20.1 --hash=sha256:{one} --hash=sha256:{two}\n"
    assert software._requirement("1.20.1") == expected
    assert software._requirement("9.9.9") == "injective-core==9.9.9\n"
