"""Which node software a name stands for."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import cast

from support.domain import BadRequest
from support.implementations.contract import Implementation

#: The settings files of Cosmos SDK chains that come with the project.
CHAINS = Path(__file__).parents[2] / "chains"

#: Name -> the module that has it, or the settings file of a Cosmos SDK chain. Imported only when
#: asked for: a chain library takes time to load.
KNOWN = {
    "etcd": "support.implementations.etcd",
    "handshake": "support.implementations.handshake",
    "injective": str(CHAINS / "injective.toml"),
}

_SETTINGS = ".toml"


def implementation_named(name: str) -> Implementation:
    """The implementation that ``name`` stands for.

    A name that ends in ``.toml`` is the settings file of a Cosmos SDK chain. Any other name with
    a dot is a module of one's own, found like any import. Either kind of module has
    ``IMPLEMENTATION``: an implementation, or something that makes one when called without
    arguments. Raises :class:`BadRequest` for a name that leads to no implementation.
    """
    wanted = KNOWN.get(name, name)
    if wanted.endswith(_SETTINGS):
        from support.implementations.cosmos import chain_of  # see KNOWN

        return chain_of(Path(wanted))
    offered = getattr(_module(name), "IMPLEMENTATION", None)
    if offered is None:
        raise BadRequest(
            f'the module "{name}" has no IMPLEMENTATION, so it cannot be tested as node software'
        )
    if isinstance(offered, type) or not hasattr(offered, "blueprint"):
        if not callable(offered):
            raise BadRequest(f'IMPLEMENTATION of the module "{name}" is not an implementation')
        offered = offered()
    return cast(Implementation, offered)


def _module(name: str) -> ModuleType:
    wanted = KNOWN.get(name, name)
    known = ", ".join(sorted(KNOWN))
    if wanted == name and ("." not in name or name.startswith(".")):
        raise BadRequest(
            f'there is no implementation called "{name}": choose {known}, name a module of your '
            f"own with a dot in it, or the settings file of a Cosmos SDK chain, *{_SETTINGS}"
        )
    try:
        return importlib.import_module(wanted)
    except ModuleNotFoundError as missing:
        # A module that exists, and misses one of its own imports, is another matter.
        if not f"{wanted}.".startswith(f"{missing.name}."):
            raise
        raise BadRequest(
            f'there is no module "{name}" to take an implementation from: known are {known}'
        ) from None
