"""All features in one page without a run: what is promised, in the words that are run."""

from __future__ import annotations

from pathlib import Path

from behave.parser import ParserError, parse_file

from support.domain import BadRequest
from support.evidence.feature_text import told
from support.evidence.page.render import living_page
from support.evidence.reading import features_of
from support.evidence.story import FeatureStory


def living_documentation(folder: Path) -> str:
    """The page of all features below ``folder``, which is always the same for the same files.

    Raises :class:`BadRequest` where there is none, or one that cannot be read.
    """
    return living_page(features_in(folder))


def features_in(folder: Path) -> list[FeatureStory]:
    """The story of all features below ``folder``, in the order of their paths.

    Raises :class:`BadRequest` where there is none, or one that cannot be read.
    """
    files = sorted(folder.rglob("*.feature"))
    if not files:
        raise BadRequest(f"there is no feature below {folder}")
    texts = []
    for file in files:
        try:
            feature = parse_file(str(file))
        except ParserError as error:
            raise BadRequest(f"{file} is no feature: {error}") from error
        text = told(feature) if feature is not None else None
        if text is not None:
            place = f"{folder.name}/{file.relative_to(folder).as_posix()}"
            texts.append({**text, "path": place})
    return features_of(texts)
