"""Writes what configurations of nodes say as TOML, which Python itself only reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def written(content: Mapping[str, Any]) -> str:
    """A document: values first, then a section for each table, in the order of the mapping."""
    return "\n".join(_sections(content, ""))


def merged(usual: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """``usual`` with what ``more`` adds to it, or says otherwise, at any depth."""
    both = dict(usual)
    for key, value in more.items():
        old = both.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            both[key] = merged(old, value)
        else:
            both[key] = value
    return both


def flattened(content: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Dotted path -> value, for every value that is no table."""
    flat: dict[str, Any] = {}
    for key, value in content.items():
        path = f"{above}.{key}" if above else key
        flat |= flattened(value, path) if isinstance(value, dict) else {path: value}
    return flat


def _sections(content: Mapping[str, Any], path: str) -> list[str]:
    lines = [
        f"{_key(key)} = {_value(value)}\n"
        for key, value in content.items()
        if not isinstance(value, dict)
    ]
    head = f"[{path}]\n" if path else ""
    sections = [head + "".join(lines)] if lines else []
    for key, value in content.items():
        if isinstance(value, dict):
            sections += _sections(value, f"{path}.{_key(key)}" if path else _key(key))
    return sections


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare else _value(key)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    # Texts, numbers, true and false look alike in JSON and in TOML, but for the sign DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
