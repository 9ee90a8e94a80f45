"""What kind of machine a program is made for, read from its first bytes."""

from __future__ import annotations

from pathlib import Path

from support.engines.contract import Platform

#: The machine numbers of ELF, which Linux has, and of Mach-O, which macOS has.
_ELF = {62: "x86_64", 183: "aarch64"}
_MACH_O = {0x01000007: "x86_64", 0x0100000C: "aarch64"}


class NotAProgram(Exception):
    """A file that neither Linux nor macOS could run."""


def made_for(program: Path) -> frozenset[Platform] | None:
    """The platforms that a program runs on; None for a script, which may run on any.

    Raises :class:`NotAProgram` for other files, and OSError for one that cannot be read.
    """
    with program.open("rb") as file:
        head = file.read(20)
    if head.startswith(b"#!"):
        return None
    if head.startswith(b"\x7fELF") and len(head) == 20:
        number = int.from_bytes(head[18:20], "big" if head[5] == 2 else "little")
        return frozenset({Platform("Linux", _ELF.get(number, f"machine {number} of ELF"))})
    if head.startswith(b"\xcf\xfa\xed\xfe"):
        number = int.from_bytes(head[4:8], "little")
        return frozenset({Platform("Darwin", _MACH_O.get(number, f"machine {number} of Mach-O"))})
    if head.startswith(b"\xca\xfe\xba\xbe"):  # several programs in one file
        return frozenset(Platform("Darwin", name) for name in _MACH_O.values())
    raise NotAProgram
