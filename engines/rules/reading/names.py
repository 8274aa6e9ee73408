"""Which words can be a name that stands without quotation marks, and what a word that cannot be one means.

A name is a run of content words: `Save`, `Tide table`, `sea salt`. English ties everything else to a phrase
(a condition, an exception, a time, a repetition, a relative clause) with a word of a closed class, with an
adverb or with a participle. Such a word is never taken as part of a name, so it is left over, and the clause
that holds it is refused. A name that has one (`Sign up for news`) is to be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.verbs import lemma_of, verb_pattern
from engines.rules.step_generator import CannotDo


class NotRead(CannotDo):
    """Some words of a clause were left over after all that is understood was taken out."""

    def __init__(self, words: str, clause: Clause) -> None:
        super().__init__(
            f"did not understand {clause.spoken(words).strip()!r} in {clause.text!r}"
            " (a name or a value that holds such words has to be quoted)"
        )


_NOUNS_IN_LY = frozenset({"apply", "assembly", "family", "july", "reply", "supply"})
_WORD = re.compile(r"[@#$€£&+]?[\w]+(?:[-_.'’/:%&+@]+\w+)*%?")
_VERB = re.compile(verb_pattern(), re.IGNORECASE)
MARK = re.compile(r"‹\d+›")


def name_in(words: str, clause: Clause) -> str:
    """The name that some words are, quoted or not.

    Raises:
        NotRead: They are more than a name.
    """
    words = words.strip(" ,.:;")
    if MARK.fullmatch(words):
        return clause.spoken(words)
    tokens = words.split()
    if tokens and tokens[0].lower() == "the":
        tokens = tokens[1:]
    return unquoted(tokens, clause)


def names_in(words: str, clause: Clause, *, told: bool = False) -> tuple[str, ...]:
    """The names in a list such as `"salt", "pepper" and "mint"` or `Norway and Sweden`.

    All of them are quoted, or all begin with a capital: in `salt and dance` the second word may be an
    instruction. With `told`, the words before the list say that it is one (`the boxes for salt and pepper`).

    Raises:
        NotRead: A part of it is more than a name, or may be none.
    """
    parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s*&\s*", words.strip(" .:,"))
    quoted = [bool(MARK.fullmatch(part)) for part in parts]
    capital = [part[:1].isupper() or part[:1].isdigit() for part in parts]
    if not (all(quoted) or all(capital) or (told and not any(quoted))):
        raise NotRead(words, clause)
    return tuple(name_in(part, clause) for part in parts)


def unquoted(tokens: Sequence[str], clause: Clause, *, before_kind: bool = False) -> str:
    """The name that these words are; with `before_kind`, a noun such as "button" follows them.

    Raises:
        NotRead: A word cannot be part of a name, or there is no word.
    """
    for at, token in enumerate(tokens):
        if not _fits(token, first=at == 0, before_kind=before_kind):
            raise NotRead(token if len(token) > 1 else " ".join(tokens), clause)
    if not tokens:
        raise NotRead(clause.rest or clause.text, clause)
    return clause.spoken(" ".join(tokens))


def is_adverb(word: str) -> bool:
    """Whether a word ends as adverbs do, and is none of the nouns that do so too."""
    return re.fullmatch(r"\w{2,}ly", word) is not None and word.lower() not in _NOUNS_IN_LY


def _fits(token: str, *, first: bool, before_kind: bool) -> bool:
    if not _WORD.fullmatch(token):
        return False
    if token[0].isupper() or not token[0].isalpha():
        return True
    if is_closed(token) or re.fullmatch(r"\w+n['’]t", token):
        return first and token in ("next", "save", "back", "up", "down", "like", "no")
    if token.endswith("ly") and token not in _NOUNS_IN_LY:
        return False
    if first or before_kind:
        return True
    verb = _VERB.fullmatch(token) is not None and lemma_of(token) == token
    return not verb and not re.fullmatch(r"\w{2,}ing", token)
