"""Whether what was read really stands there: asked of the page itself before any model is asked."""

from __future__ import annotations

from collections.abc import Iterable

from browser.model.observation import Observation
from browser.model.results import ActionResult
from browser.values.standing import PageTexts, pages_of
from engines.output_spec import JSON, leaves
from engines.prompts.rows import last_collected


def stands_there(output: JSON, page: Observation, history: Iterable[tuple[ActionResult, ...]]) -> bool:
    """Whether every text and number of an output stands on the page, or in the list collected from it.

    False is no proof of the opposite: a value may be derived, or be seen in a picture only.
    """
    values = [value for _, value in leaves(output) if value is not None]
    if not values or any(isinstance(value, bool) for value in values):
        return False
    collected = last_collected(tuple(history))
    pages = [PageTexts(each) for each in (page, *(pages_of(collected) if collected else ()))]
    return all(any(each.find(value) for each in pages) for value in values if value != "")
