"""Which of the entries that a list offers is meant by a value: `New York` by `America/New_York`."""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.element_match import STRONG, similarity, words_of
from engines.rules.grounding.setting_rows import stem_of

_TURNS_ROUND = frozenset(
    map(stem_of, "not none no except but all any other only before after half minus".split())  # noqa: SIM905
)
"""Words that make an entry say something else than the value does which stands in it."""


def option_meant(value: str, offered: Sequence[str]) -> str | None:
    """The entry that is called by a value, or the only one that says all of its words; None for none."""
    scored = sorted(((similarity(value, one), one) for one in offered), reverse=True)
    if scored and scored[0][0] >= STRONG:
        return scored[0][1]
    asked = _stems(value)
    longer = [one for one in offered if asked and asked <= _stems(one)]
    if len(longer) != 1:
        return None
    more = _stems(longer[0]) - asked
    return None if more & _TURNS_ROUND or any(any(map(str.isdigit, word)) for word in more) else longer[0]


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem_of, words_of(words))) - {"a", "an", "the"}
