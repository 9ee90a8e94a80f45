"""Programs that anybody may run, whatever umask the person has who unpacked them."""

from __future__ import annotations

from pathlib import Path

_TO_READ, _TO_RUN = 0o444, 0o555


def let_everybody_read(folder: Path) -> None:
    """Nodes run as a user of their own. What its owner may run, everybody may; nothing is secret.

    Raises ``OSError`` for what is not this user's.
    """
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | (_TO_RUN if mode & 0o100 else _TO_READ))
