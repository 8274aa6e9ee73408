"""Whether what was read really stands there: asked of the page itself before any model is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from browser.actions import ActionResult
from browser.model.text import fold
from browser.observation import Observation
from engines.base import JSON, Schema
from engines.prompting.rows import last_collected


def stands_there(output: JSON, page: Observation, history: Iterable[tuple[ActionResult, ...]]) -> bool:
    """Whether every text and number of an output stands on the page, or in the list collected from it.

    False is no proof of the opposite: a value may be derived, or be seen in a picture only.
    """
    leaves = list(_leaves(output))
    said = [each for each in leaves if each is not None]
    if not said or any(isinstance(each, bool) for each in said):
        return False
    text = " ".join(map(fold, _texts(page, history)))
    return all(_stands(each, text) for each in said)


def form_mistake(output: JSON, schema: Schema | None) -> str:
    """What is wrong with the form of an output, as a sentence; "" where nothing is."""
    if schema is None:
        return ""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    validator = Draft202012Validator(dict(schema), registry=Registry())
    error = next(iter(validator.iter_errors(output)), None)
    return f"the output is not of the form asked for: {error.message[:200]}" if error else ""


def _texts(page: Observation, history: Iterable[tuple[ActionResult, ...]]) -> Iterator[str]:
    yield from (page.text, page.url, page.title)
    for element in page.elements:
        yield from filter(None, (element.name, element.text, element.value, element.href))
        yield from element.options
    collected = last_collected(tuple(history))
    for row in collected.rows if collected else ():
        yield row.text
        yield from (element.href for element in row.elements)


def _leaves(value: JSON) -> Iterator[bool | int | float | str | None]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _stands(value: bool | int | float | str, text: str) -> bool:
    if isinstance(value, str):
        return fold(value) in text
    # 1,234.50 and 1234.5 are the same number, and so is 1234,5 elsewhere.
    plain = re.sub(r"(?<=\d)[,'\u00a0\u202f ](?=\d{3}\b)", "", text)
    written = re.escape(str(int(value)) if float(value).is_integer() else repr(value)).replace(r"\.", "[.,]")
    return re.search(rf"(?<![\d.]){written}0*(?!\d)", plain) is not None
