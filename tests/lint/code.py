"""Holds the code to what no other tool looks at: sleeps, Behave's context, unbound sentences."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from behave.parser import ParserError, parse_feature
from behave.runner_util import load_step_modules
from behave.step_registry import AmbiguousStep, registry

from tests.lint.complaint import Complaint

#: The only module that may sleep.
SLEEPER = Path("support/waiting.py")
_SLEEPS = {("time", "sleep"), ("asyncio", "sleep")}

#: What a person chooses from, and its default.
MAY_NAME_NODE_SOFTWARE = {Path("support/settings.py"), Path("support/chores/prepare.py")}

_CONTEXTS = {"Context", "SuiteContext"}
_ANYTHING = {"Any", "object", "context"}

_STEP_WORDS = {"given", "when", "then", "step"}


def who_sleeps(path: Path, root: Path) -> Iterator[Complaint]:
    """Calls and imports of ``sleep`` outside the one place that waits."""
    shown = path.relative_to(root)
    if shown == SLEEPER:
        return
    for node in ast.walk(_tree(path)):
        if not isinstance(node, ast.Attribute | ast.ImportFrom):
            continue
        if isinstance(node, ast.ImportFrom):
            names = {(node.module or "", alias.name) for alias in node.names}
        else:
            names = {(ast.unparse(node.value), node.attr)}
        if names & _SLEEPS:
            yield Complaint(shown, node.lineno, f"sleeps: only {SLEEPER} does, ask it to wait")


def who_sees_the_context(path: Path, root: Path) -> Iterator[Complaint]:
    """Functions that take Behave's context, except fixtures."""
    shown = path.relative_to(root)
    for node in ast.walk(_tree(path)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list):
            continue
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            annotation = ast.unparse(argument.annotation) if argument.annotation else argument.arg
            kind = annotation.strip("'\"").rpartition(".")[2]
            if kind in _CONTEXTS or (argument.arg == "context" and kind in _ANYTHING):
                yield Complaint(
                    shown,
                    node.lineno,
                    f"{node.name}() takes Behave's context: only steps and environment.py see it, "
                    "hand over what is needed",
                )


def who_names_node_software(path: Path, root: Path, names: Iterable[str]) -> Iterator[Complaint]:
    """Code that knows a certain implementation by its name, outside the rooms that may.

    Comments and docstrings are free to say of which software a fact is.
    """
    shown = path.relative_to(root)
    if shown in MAY_NAME_NODE_SOFTWARE or shown.is_relative_to("support/implementations"):
        return
    spelt = [re.escape(way) for name in names for way in (name, name.title(), name.upper())]
    named = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(spelt)})(?![a-z])")
    tree = _tree(path)
    told = _docstrings(tree)
    for node in ast.walk(tree):
        for words in _words_of(node):
            found = named.search(words)
            if found and node not in told:
                yield Complaint(
                    shown,
                    getattr(node, "lineno", 1),
                    f"knows {found[0]!r} by its name: only support/implementations does, ask for a "
                    "capability or a fact of the contract instead",
                )


def _words_of(node: ast.AST) -> Iterator[str]:
    """Everything in one node of the tree that a person has named or written."""
    match node:
        case ast.Constant(value=str(words)):
            yield words
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ImportFrom(module=module, names=aliases):
            yield from (module or "", *(alias.name for alias in aliases))
        case ast.Import(names=aliases):
            yield from (alias.name for alias in aliases)


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    """Strings that stand by themselves: docstrings."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def sentences_in(path: Path) -> dict[int, str]:
    """Line of the decorator -> the sentence that it binds."""
    return {
        decorator.lineno: str(decorator.args[0].value)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id in _STEP_WORDS
        and decorator.args
        and isinstance(decorator.args[0], ast.Constant)
    }


def unbound_sentences(folder: Path, root: Path) -> Iterator[Complaint]:
    """Sentences that Behave does not know although a decorator says so.

    Behave leaves out, without a word, a sentence whose pattern cannot be compiled. The types of
    the project must have been registered before; the step modules are loaded here.
    """
    try:
        load_step_modules([str(folder)])
    except (ValueError, AmbiguousStep) as problem:
        path, line = _where(problem, folder)
        words = " ".join(str(problem).split())
        yield Complaint(path.relative_to(root), line, f"Behave cannot read the sentence: {words}")
        return
    known = {matcher.pattern for matchers in registry.steps.values() for matcher in matchers}
    for path in sorted(folder.glob("*.py")):
        for line, sentence in sentences_in(path).items():
            if sentence not in known:
                yield Complaint(
                    path.relative_to(root),
                    line,
                    f"Behave does not know the sentence {sentence!r}: look at the pattern of "
                    "each type in braces",
                )


def unfitting_steps(path: Path, root: Path) -> Iterator[Complaint]:
    """Steps of a feature that no sentence fits; the sentences must have been loaded before."""
    try:
        feature = parse_feature(path.read_text(encoding="utf-8"), filename=str(path))
    except ParserError:
        return  # another check says so
    seen: set[tuple[int, str]] = set()
    examples = feature.walk_scenarios() if feature else ()
    for step in (step for example in examples for step in example.all_steps):
        # The rows of an outline say the same in one line, and most of them fit alike.
        if registry.find_match(step) is None and (step.line, step.name) not in seen:
            seen.add((step.line, step.name))
            yield Complaint(
                path.relative_to(root),
                step.line,
                f"no sentence fits `{step.keyword} {step.name}`: look for a slip, or add one",
            )


def _where(problem: Exception, folder: Path) -> tuple[Path, int]:
    """The last line of a step module that was on the way to the problem."""
    on_the_way = [
        (folder / Path(frame.filename).name, frame.lineno or 1)
        for frame in traceback.extract_tb(problem.__traceback__)
        if Path(frame.filename).resolve().parent == folder.resolve()
    ]
    return on_the_way[-1] if on_the_way else (folder, 1)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
