"""All that is promised, in Markdown: what people ask, and the rules that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from support.domain import BadRequest
from support.evidence.story import FeatureStory

#: What somebody asks who opens a folder of features.
QUESTIONS = {
    "payments": "Does money arrive, once and to the coin?",
    "membership": "Who can join, come back and leave, and who is turned away?",
    "topology": "Does the network stay in one piece when nodes or links are missing?",
    "gossip": "Who hears of a payment or a block, and how soon?",
    "history": "Is the past still known, and does it add up?",
    "consensus": "Who makes the blocks, how evenly do they come, and who earns by it?",
    "staking": "What becomes of votes that people delegate, and of nodes that are away too long?",
    "misbehaviour": "What happens when a validator cheats, or somebody throws dirt at a node?",
    "upgrade": "Can everybody change to a new release while customers pay?",
    "resilience": "What do customers notice when links and nodes fail?",
    "consistency": "Is what a node tells true, or only what it knows?",
    "endurance": "Does all of it still hold after a long and busy life?",
}


def catalogue(features: Sequence[FeatureStory]) -> str:
    """A heading for each folder with its question, and a line for each feature with its rules.

    Raises :class:`BadRequest` for a folder that answers no question.
    """
    folders = {
        folder: list(those)
        for folder, those in groupby(features, key=lambda feature: feature.path.split("/")[1])
    }
    unasked = folders.keys() - QUESTIONS.keys()
    if unasked:
        raise BadRequest(
            f"nobody knows what features/{min(unasked)} is about: give it a question in "
            "support/evidence/catalogue.py"
        )
    lines: list[str] = []
    for folder, question in QUESTIONS.items():
        if folder in folders:
            lines += [f"**{question}** (`features/{folder}`)", ""]
            lines += [_line(feature) for feature in folders[folder]]
            lines.append("")
    return "\n".join(lines).strip()


def _line(feature: FeatureStory) -> str:
    rules = " ".join(f"{rule.name.rstrip('.')}." for rule in feature.rules if rule.name)
    return f"- [{feature.name}]({feature.path}): {rules}"
