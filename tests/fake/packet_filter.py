"""The packet filter of one simulated node: which peers' packets it lets in, and how many it drops.

It understands the little of iptables' language that cuts need (chains of the filter table, rules
that drop what a source address sends, jumps to another chain) and refuses everything else, so
that a rule which would do nothing here is noticed.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_BUILT_IN = ("INPUT", "FORWARD", "OUTPUT")
_PACKET = 60


class NotUnderstood(ValueError):
    """What iptables would say no to, or what is not simulated here."""


@dataclass
class _Rule:
    source: str | None
    target: str
    packets: int = 0

    def fits(self, other: _Rule) -> bool:
        return (self.source, self.target) == (other.source, other.target)

    def __str__(self) -> str:
        source = f"-s {self.source}/32 " if self.source else ""
        return f"{source}-j {self.target}"


_Chains = dict[str, list[_Rule]]


class PacketFilter:
    """Empty at first, as in a new network namespace. Not safe to use from several threads."""

    def __init__(self) -> None:
        self._chains: _Chains = {name: [] for name in _BUILT_IN}

    def lets_in(self, source: str) -> bool:
        """Whether a packet from ``source`` would reach the node."""
        return self._dropping(source, "INPUT") is None

    def receive(self, source: str) -> bool:
        """The same for a packet that really arrives: the rule that drops it counts it."""
        rule = self._dropping(source, "INPUT")
        if rule is not None:
            rule.packets += 1
        return rule is None

    def iptables(self, words: Sequence[str]) -> str:
        """Run one ``iptables`` command, given without its first word; what it prints."""
        return _Command(words).run(self._chains)

    def restore(self, script: str, *, flush: bool) -> None:
        """Run an ``iptables-restore`` script: all of it, or nothing when a line is wrong."""
        before = {name: [] for name in _BUILT_IN} if flush else _copy(self._chains)
        self._chains = _restored(before, script)

    def _dropping(self, source: str, chain: str) -> _Rule | None:
        for rule in self._chains[chain]:
            if rule.source not in (None, source):
                continue
            if rule.target == "DROP":
                return rule
            if (found := self._dropping(source, rule.target)) is not None:
                return found
        return None


def _restored(chains: _Chains, script: str) -> _Chains:
    lines = [line for line in map(str.strip, script.splitlines()) if line and line[0] != "#"]
    if not lines or lines[0] != "*filter" or lines[-1] != "COMMIT":
        raise NotUnderstood("a script is one filter table that ends with COMMIT")
    for line in lines[1:-1]:
        if line.startswith(":"):
            name, policy = line[1:].split()[:2]
            if (policy == "-") == (name in _BUILT_IN) or policy not in ("-", "ACCEPT"):
                raise NotUnderstood(f"policy {policy} of chain {name}")
            if name not in _BUILT_IN:
                chains[name] = []
        else:
            _Command(shlex.split(line)).run(chains)
    return chains


def _copy(chains: _Chains) -> _Chains:
    return {
        name: [_Rule(rule.source, rule.target, rule.packets) for rule in rules]
        for name, rules in chains.items()
    }


class _Command:
    """One command: an action on one chain, and the rule it is about."""

    def __init__(self, words: Sequence[str]) -> None:
        self._action = self._chain = ""
        self._source: str | None = None
        self._target: str | None = None
        self._counted = False
        self._words = list(words)
        while self._words:
            self._take(self._words.pop(0))
        if not self._action:
            raise NotUnderstood(f"no action in {shlex.join(words)}")

    def run(self, chains: _Chains) -> str:
        """Change ``chains`` or describe them."""
        name = self._chain
        if self._action == "-N":
            if name in chains:
                raise NotUnderstood(f"chain {name} already exists")
            chains[name] = []
            return ""
        if name not in chains:
            raise NotUnderstood(f"there is no chain {name}")
        rules = chains[name]
        if self._action in ("-S", "-L"):
            return self._listing(rules) if self._action == "-L" else self._script(rules)
        if self._action == "-F":
            rules.clear()
        elif self._action == "-X":
            if name in _BUILT_IN or rules:
                raise NotUnderstood(f"chain {name} is not empty, or not one's own")
            del chains[name]
        else:
            self._change(rules, self._rule(chains))
        return ""

    def _take(self, word: str) -> None:
        if word in ("-N", "-F", "-X", "-S", "-L", "-A", "-I", "-D", "-C") and not self._action:
            self._action, self._chain = word, self._following(word)
        elif word == "-s" and self._source is None:
            self._source = self._following(word).removesuffix("/32")
        elif word == "-j" and self._target is None:
            self._target = self._following(word)
        elif word == "-t" and self._following(word) == "filter":
            pass
        elif word == "-v":
            self._counted = True
        elif word in ("-w", "--wait"):
            if self._words and self._words[0].isdigit():
                self._words.pop(0)
        elif word not in ("-n", "-x") and not (self._action == "-I" and word == "1"):
            raise NotUnderstood(f"{word!r} is not simulated")

    def _following(self, option: str) -> str:
        if not self._words:
            raise NotUnderstood(f"nothing follows {option}")
        return self._words.pop(0)

    def _rule(self, chains: _Chains) -> _Rule:
        target = self._target
        if target is None or (target != "DROP" and target not in chains) or target in _BUILT_IN:
            raise NotUnderstood(f"there is nothing called {target} to jump to")
        return _Rule(self._source, target)

    def _change(self, rules: list[_Rule], rule: _Rule) -> None:
        if self._action == "-A":
            rules.append(rule)
        elif self._action == "-I":
            rules.insert(0, rule)
        else:
            place = next((i for i, known in enumerate(rules) if known.fits(rule)), None)
            if place is None:
                raise NotUnderstood(f"there is no such rule in {self._chain}: {rule}")
            if self._action == "-D":
                del rules[place]

    def _script(self, rules: list[_Rule]) -> str:
        head = f"-P {self._chain} ACCEPT" if self._chain in _BUILT_IN else f"-N {self._chain}"
        lines = [head]
        for rule in rules:
            counters = f"-c {rule.packets} {rule.packets * _PACKET} " if self._counted else ""
            source, _, target = str(rule).rpartition("-j ")
            lines.append(f"-A {self._chain} {source}{counters}-j {target}")
        return "\n".join(lines) + "\n"

    def _listing(self, rules: list[_Rule]) -> str:
        lines = [
            f"Chain {self._chain}",
            "    pkts      bytes target     prot opt in     out     source     destination",
        ]
        lines += [
            f"{rule.packets:8} {rule.packets * _PACKET:10} {rule.target:<10} all  --  *      *"
            f"       {rule.source or '0.0.0.0/0':<10} 0.0.0.0/0"
            for rule in rules
        ]
        return "\n".join(lines) + "\n"
