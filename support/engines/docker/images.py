"""Makes the images that containers are started from, and finds them again by their content."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import queue
import re
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from weakref import WeakKeyDictionary

import docker.errors

import docker
from support.domain import EnvironmentProblem
from support.engines.contract import Platform, Software
from support.engines.docker import debian_base
from support.engines.docker.errors import DISK_FULL, told_plainly
from support.engines.readable import let_everybody_read

Say = Callable[[str], None]

RECIPES = Path(__file__).resolve().parents[3] / "docker"

#: The ordinary base. A tag and not a digest: a base with today's security fixes is the better one.
PULLED_FROM = "debian:bookworm-slim"

PULLED, ASSEMBLED = "pulled", "assembled"

#: What Docker calls an architecture -> what the kernel calls it.
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}

#: Seconds without a word from a registry after which there is none.
_REGISTRY_SILENCE = 20.0
#: Seconds that one step of a build may take without a word: copying 250 MB on a slow disk.
_BUILD_SILENCE = 600
#: Bytes that take a moment to copy.
_WORTH_SAYING = 10_000_000
#: How much of a failed build's output is shown.
_LAST_LINES = 8

_LAYER = re.compile(r" ---> ([0-9a-f]{12,64})")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

_SCRATCH = "accord-image-"

#: What each Docker Engine's registry said; None is a base that was pulled.
_answers: WeakKeyDictionary[docker.DockerClient, str | None] = WeakKeyDictionary()

Fill = Callable[[Path], None]


@dataclass(frozen=True)
class _Recipe:
    """One image: the folder of its Dockerfile, and what is put beside that before it is built.

    ``kind`` is the folder's name: images of one kind stand on the same base.
    """

    kind: str
    name: str
    version: str
    title: str
    fill: Fill

    @property
    def folder(self) -> Path:
        return RECIPES / self.kind

    @property
    def packages(self) -> tuple[str, ...]:
        """Names of Debian packages; those that begin with a minus are left out where possible."""
        lines = (self.folder / "packages").read_text().splitlines()
        return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))

    def tag(self, base: str) -> str:
        """The image's reference, which changes with everything that it is made from."""
        return f"accord/{self.name}:{_for_a_tag(self.version)}-{_hash_of(base, self.folder)}"

    def base_tag(self, base: str) -> str:
        """The reference of the base that it stands on."""
        return f"accord/base:{self.kind}-{_hash_of(base, self.folder / 'packages')}"


def ensure_node_image(client: docker.DockerClient, software: Software, say: Say) -> str:
    """The reference of an image with this node software, made first if it is not there.

    Costs one question when it is there. Raises :class:`EnvironmentProblem` when it cannot be made,
    and then leaves nothing half done behind.
    """

    def fill(folder: Path) -> None:
        say(f"unpacking {software.name} {software.version} ...")
        (folder / "node").mkdir()
        software.unpack(folder / "node", Platform("Linux", _architecture(client)))

    title = f"{software.name} {software.version}"
    kind = software.recipe or software.name
    return _ensure(client, _Recipe(kind, software.name, software.version, title, fill), say)


def ensure_faultbox_image(client: docker.DockerClient, say: Say) -> str:
    """The reference of the fault helper's image, on the same terms as :func:`ensure_node_image`."""

    def fill(folder: Path) -> None:
        for program in (RECIPES / "faultbox").glob("*.py"):
            shutil.copy(program, folder)

    return _ensure(client, _Recipe("faultbox", "faultbox", "1", "the fault helper", fill), say)


def _ensure(client: docker.DockerClient, recipe: _Recipe, say: Say) -> str:
    if not (recipe.folder / "Dockerfile").is_file():
        raise EnvironmentProblem(
            f"there is no docker/{recipe.kind}/Dockerfile to make the image of {recipe.title} "
            "from: write one, as the other folders of docker/ have it"
        )
    with told_plainly(f"looking for the image of {recipe.title}"):
        found = _found(client, recipe)
    if found:
        return found
    with _one_at_a_time(say), told_plainly(f"making the image of {recipe.title}"):
        # Another run may have made it while this one waited for its turn.
        return _found(client, recipe) or _make(client, recipe, say)


def _found(client: docker.DockerClient, recipe: _Recipe) -> str | None:
    return next(
        (tag for tag in (recipe.tag(PULLED), recipe.tag(ASSEMBLED)) if _exists(client, tag)), None
    )


def _exists(client: docker.DockerClient, reference: str) -> bool:
    try:
        client.images.get(reference)
    except docker.errors.ImageNotFound:
        return False
    return True


def _make(client: docker.DockerClient, recipe: _Recipe, say: Say) -> str:
    with _scratch() as folder:
        base = _make_base(client, recipe, folder, say)
        recipe.fill(folder)
        let_everybody_read(folder)
        shutil.copy(recipe.folder / "Dockerfile", folder)
        size = _size(folder)
        how_much = f" ({_megabytes(size)})" if size > _WORTH_SAYING else ""
        say(f"building the image of {recipe.title}{how_much} ...")
        tag = recipe.tag(base)
        _build(client, folder, tag, {"BASE": recipe.base_tag(base)}, recipe.title)
    made = _megabytes(int(client.images.get(tag).attrs["Size"]))
    say(f"the image of {recipe.title} is ready: {tag}, {made}")
    return tag


def _make_base(client: docker.DockerClient, recipe: _Recipe, above: Path, say: Say) -> str:
    for base in (PULLED, ASSEMBLED):
        if _exists(client, recipe.base_tag(base)):
            return base
    no_registry = _answer_of_the_registry(client, say)
    if no_registry is None:
        try:
            _build_pulled_base(client, recipe, above, say)
            return PULLED
        except EnvironmentProblem as problem:
            if not debian_base.can_be_assembled():
                raise
            say(f"{PULLED_FROM} cannot be used here: {str(problem).splitlines()[0]}")
    elif not debian_base.can_be_assembled():
        raise EnvironmentProblem(
            f"there is no base for the image of {recipe.title}: {PULLED_FROM} cannot be pulled "
            f"({no_registry}), and only on Debian or Ubuntu can one be assembled from packages; "
            f"give the Docker Engine a registry, or load {PULLED_FROM} into it with `docker load`"
        )
    else:
        say(f"{PULLED_FROM} cannot be pulled ({no_registry})")
    _build_assembled_base(client, recipe, above, say)
    return ASSEMBLED


def _build_pulled_base(client: docker.DockerClient, recipe: _Recipe, above: Path, say: Say) -> None:
    wanted = " ".join(name for name in recipe.packages if not name.startswith("-"))
    say(f"making the base of {recipe.title} from {PULLED_FROM} ...")
    with _scratch(above) as folder:
        debian_base.write_home_only(folder / "rootfs.tar")
        shutil.copy(RECIPES / "base" / "pulled.Dockerfile", folder / "Dockerfile")
        tag = recipe.base_tag(PULLED)
        title = f"the base of {recipe.title}"
        # Only here does a build fetch anything.
        _build(client, folder, tag, {"PACKAGES": wanted}, title, network="default")


def _build_assembled_base(
    client: docker.DockerClient, recipe: _Recipe, above: Path, say: Say
) -> None:
    with _scratch(above) as folder:
        here, there = os.uname().machine, _architecture(client)
        if here != there:
            raise EnvironmentProblem(
                f"the base of {recipe.title} cannot be assembled: this machine's packages are for "
                f"{here}, the Docker Engine runs {there}; give the engine a registry to pull from"
            )
        debian_base.assemble(recipe.packages, folder / "rootfs.tar", folder, say)
        shutil.copy(RECIPES / "base" / "assembled.Dockerfile", folder / "Dockerfile")
        _build(client, folder, recipe.base_tag(ASSEMBLED), {}, f"the base of {recipe.title}")


def _answer_of_the_registry(client: docker.DockerClient, say: Say) -> str | None:
    """What :func:`_why_not_pulled` says, asked once: a silent registry is not waited for twice."""
    if client not in _answers:
        _answers[client] = _why_not_pulled(client, say)
    return _answers[client]


def _why_not_pulled(client: docker.DockerClient, say: Say) -> str | None:
    """None when the ordinary base is in the Docker Engine now; otherwise why it cannot be had.

    Nothing in the SDK bounds how long a registry may be silent: the pull has its own thread.
    """
    if _exists(client, PULLED_FROM):
        say(f"found {PULLED_FROM} in the Docker Engine")
        return None
    words: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def listen() -> None:
        repository, _, tag = PULLED_FROM.partition(":")
        try:
            for line in client.api.pull(repository, tag, stream=True, decode=True):
                words.put(line)
        except (docker.errors.DockerException, OSError) as problem:
            words.put({"error": str(getattr(problem, "explanation", None) or problem)})
        words.put(None)

    say(f"pulling {PULLED_FROM} ...")
    threading.Thread(target=listen, name="accord-pull", daemon=True).start()
    shown = 0
    while True:
        try:
            line = words.get(timeout=_REGISTRY_SILENCE)
        except queue.Empty:
            return f"no registry said anything for {_REGISTRY_SILENCE:g} s"
        if line is None:
            say(f"pulled {PULLED_FROM}")
            return None
        if "error" in line:
            return _short(str(line["error"]))
        progress = line.get("progressDetail") or {}
        if progress.get("total"):
            percent = 100 * int(progress["current"]) // int(progress["total"])
            if percent >= shown + 25:
                shown = percent
                say(f"pulling {PULLED_FROM}: {percent} % of {_megabytes(progress['total'])}")


def _build(
    client: docker.DockerClient,
    folder: Path,
    tag: str,
    arguments: dict[str, str],
    title: str,
    *,
    network: str = "none",
) -> None:
    output: list[str] = []
    complaint = ""
    with tempfile.TemporaryFile(dir=folder) as context:
        _pack(folder, context)
        context.seek(0)
        for line in client.api.build(
            fileobj=context,
            custom_context=True,
            tag=tag,
            rm=True,
            forcerm=True,
            buildargs=arguments,
            decode=True,
            timeout=_BUILD_SILENCE,
            network_mode=network,
        ):
            output += _COLOURS.sub("", str(line.get("stream", ""))).splitlines()
            complaint = complaint or str(line.get("error", ""))
    if complaint:
        _remove_half_done(client, output)
        raise EnvironmentProblem(_why_not_built(title, complaint, output))


def _why_not_built(title: str, complaint: str, output: list[str]) -> str:
    if "no space left on device" in complaint:
        return f"the image of {title} cannot be built: {DISK_FULL}"
    last = [line.rstrip() for line in output if line.strip()][-_LAST_LINES:]
    return "\n  ".join(
        [f"the image of {title} cannot be built: {_short(complaint)}; its last words were:", *last]
    )


def _remove_half_done(client: docker.DockerClient, output: list[str]) -> None:
    """Remove the layers of a build that went wrong, newest first, and no image that has a name."""
    made = [found[1] for line in output if (found := _LAYER.fullmatch(line))]
    for layer in reversed(made):
        try:
            if client.images.get(layer).tags:
                return
            client.images.remove(layer)
        except docker.errors.ImageNotFound:
            continue  # it went with the layer above
        except docker.errors.APIError:
            return  # another image stands on it


def _pack(folder: Path, into: IO[bytes]) -> None:
    """The folder as the tar that Docker builds from: nobody's files, readable for everyone."""

    def belonging_to_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with tarfile.open(fileobj=into, mode="w") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=path.name, filter=belonging_to_nobody)


@contextmanager
def _scratch(below: Path | None = None) -> Iterator[Path]:
    """A folder that is gone afterwards, whatever happens."""
    try:
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=below) as folder:
            yield Path(folder)
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise EnvironmentProblem(
            f"the disk is full: making an image takes about 1 GB in {tempfile.gettempdir()}; "
            "free some space, or name another folder in TMPDIR, and try again"
        ) from problem


@contextmanager
def _one_at_a_time(say: Say) -> Iterator[None]:
    """Hold this user's turn to make images: two runs that start together make them once."""
    path = Path(tempfile.gettempdir()) / f"accord-images-{os.getuid()}.lock"
    with path.open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is making images; waiting for it ...")
            fcntl.flock(turn, fcntl.LOCK_EX)
        _forget_killed_builds()
        yield


def _forget_killed_builds() -> None:
    """Whose turn it is is the only one of this user who builds: older folders are of dead ones."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_SCRATCH}*"):
        if folder.stat().st_uid == os.getuid():
            shutil.rmtree(folder, ignore_errors=True)


def _architecture(client: docker.DockerClient) -> str:
    name = str(client.version()["Arch"])
    return _ARCHITECTURES.get(name, name)


def _hash_of(base: str, *what: Path) -> str:
    digest = hashlib.sha256(base.encode())
    for top in (*what, RECIPES / "base" / f"{base}.Dockerfile", Path(debian_base.__file__)):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:10]


def _for_a_tag(version: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "_", version)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.0f} MB"


def _short(words: str) -> str:
    return " ".join(words.split())[:200]
