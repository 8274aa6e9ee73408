"""How a JavaScript dialog is answered: never with a yes that the prompt did not give."""

from __future__ import annotations

import re
from dataclasses import dataclass

from browser.model.actions import AnswerDialog
from browser.model.observation import Dialog

_LOSING = (
    {"delete", "remove", "erase", "trash", "clear", "empty"},
    {"discard", "lose", "lost", "unsaved", "overwrite", "reset", "leave"},
    {"log out", "logout", "sign out", "unsubscribe", "deactivate", "close account"},
    {"pay", "buy", "purchase", "order", "charge", "book"},
    {"send", "publish", "post", "share"},
)
"""Words for what cannot be taken back, those of one meaning together."""
_COMMON = frozenset(
    "this that with your from want sure really would like have into then".split()  # noqa: SIM905
)
_CONSENT = re.compile(r"\b(?:accept|confirm|agree|say (?:ok|yes)|answer (?:ok|yes)|ok the)\b", re.IGNORECASE)
_REFUSAL = re.compile(
    r"\b(?:(?:dismiss|decline|cancel) (?:the |any |every )?(?:dialog|alert|popup|confirmation|question)|"
    r"(?:say|answer) no)\b",
    re.IGNORECASE,
)

_WHOLE = re.compile(
    r"^\W*(?:(?:are you sure (?:that )?you (?:want|wish) to|do you (?:really )?want to|really) )?"
    r"[a-z]+ (?:all|every|everything)\b",
    re.IGNORECASE,
)
"""A question whether an act is to be done to all there is."""
_SEVERAL = re.compile(
    r"\b(?:all|every|everything|empty|clear|reset|them|both|each|selected)\b", re.IGNORECASE
)
"""Words of a prompt that asks for something done to several."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and what is to be said of it."""

    action: AnswerDialog
    refused: str = ""
    """A sentence for the person, where it was answered with no because the prompt does not say yes."""


def answer(dialog: Dialog, prompt: str) -> Answered:
    """What to answer.

    A notice is read and closed. A question is answered with yes where the prompt asks for what it is
    about, or says to confirm; else with no, which is then said.
    """
    if dialog.kind == "alert":
        return Answered(AnswerDialog(accept=True))
    if _REFUSAL.search(prompt) and not _CONSENT.search(prompt):
        return Answered(AnswerDialog(accept=False))
    quoted = re.search(r'["\'“]([^"\'”]+)["\'”]', prompt)
    if dialog.kind == "prompt":
        if quoted and _CONSENT.search(prompt):
            return Answered(AnswerDialog(accept=True, text=quoted[1]))
        return Answered(AnswerDialog(accept=False), _said(dialog))
    if _asked_for(dialog.message, prompt):
        return Answered(AnswerDialog(accept=True))
    return Answered(AnswerDialog(accept=False), _said(dialog))


def _asked_for(message: str, prompt: str) -> bool:
    """Whether the prompt asks for what the message wants confirmed, and for no less than it says."""
    if _CONSENT.search(prompt):
        return True
    if _WHOLE.search(message) and not _SEVERAL.search(prompt):
        return False
    told, asked = message.lower(), prompt.lower()
    losing = [group for group in _LOSING if any(re.search(rf"\b{word}\b", told) for word in group)]
    if losing:
        return all(any(re.search(rf"\b{word}", asked) for word in group) for group in losing)
    return bool(_stems(told) & _stems(asked))


def _stems(words: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", words) if word not in _COMMON}


def _said(dialog: Dialog) -> str:
    return f"the page asked {dialog.message!r}, which the prompt does not answer; it was answered with no"
