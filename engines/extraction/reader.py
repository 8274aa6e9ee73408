"""`extract`: an observed page, a schema and a wish in; what stands on the page out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from browser.model.observation import Observation
from browser.model.page_tree import PageTree
from engines.extraction.built import Built
from engines.extraction.columns.coerce import Nothing
from engines.extraction.lists.lists import build_list
from engines.extraction.objects import build_object, section_under
from engines.extraction.page.words import concepts, split_words, word_match
from engines.extraction.page_parts import Page
from engines.extraction.schema.wanted import Wanted, read_schema
from engines.extraction.schema.wish import Asked, read_wish
from engines.output_spec import JSON, Schema

_NAMED = 0.8
"""From here on a word of the wish and one of the schema mean the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was found on a page for a schema."""

    output: JSON
    """Shaped like the schema; what is not on the page is null where the schema allows it, else left out."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """JSON pointer of every value -> ref of the element it was read from."""
    missing: tuple[str, ...] = ()
    """JSON pointers of what the schema names and the page does not show."""
    confident: bool = True
    reason: str = ""
    """Why not, where `confident` is False."""


def extract(schema: Schema, wish: str, observation: Observation) -> Extraction:
    """Read what the schema asks for from the page, without a model and without inventing anything.

    Args:
        schema: JSON Schema of the output.
        wish: The task in the user's words; it may limit, order or choose among the records.
        observation: Taken with `View(budget_tokens=None, appearance=True, structured=True)`.
    """
    wanted = read_schema(schema)
    asked = read_wish(wish)
    observation = _limited(observation, asked.under)
    built = _build(wanted, prepare(observation), asked)
    reasons = _reasons(wanted, built, wish)
    return Extraction(
        output=None if isinstance(built.value, Nothing) else built.value,
        sources=built.sources,
        missing=tuple(built.missing),
        confident=not reasons,
        reason="; ".join(reasons),
    )


def _limited(observation: Observation, under: str) -> Observation:
    """The page without what is not under this heading; the whole page where there is none."""
    section = section_under(PageTree.of(observation), under) if under else []
    if not section:
        return observation
    kept = {one.ref for node in section for one in (node, *node.ancestors())}
    return replace(observation, elements=tuple(one for one in observation.elements if one.ref in kept))


def prepare(observation: Observation) -> Page:
    """The page, of which headers and records are found when they are asked for."""
    return Page(observation)


def _build(wanted: Wanted, page: Page, asked: Asked) -> Built:
    if wanted.is_list:
        return build_list(page.groups, wanted, asked)[0]
    if wanted.is_object:
        return build_object(wanted, page, asked)
    only = replace(wanted, name="answer", required=True)
    inner = build_object(Wanted(kinds=("object",), properties=(only,)), page, asked)
    value = inner.value.get("answer") if isinstance(inner.value, dict) else None
    ref = inner.sources.get("/answer", "")
    return Built(value, {"": ref} if ref else {}, [""] if value is None else [], inner.doubts)


def _reasons(wanted: Wanted, built: Built, wish: str) -> list[str]:
    reasons = list(built.doubts)
    if isinstance(built.value, Nothing) or built.value in (None, {}):
        reasons.append("nothing on the page fits the schema")
        return reasons
    gone = _required_gone(wanted, built.value, "")
    values = built.value if wanted.is_list and isinstance(built.value, list) else [built.value]
    asked = _asked_and_gone(wanted.item or wanted, values, "", set(split_words(wish)))
    gone += [at for at in asked if at not in gone]
    if gone:
        shown = ", ".join(gone[:5]) + (f" and {len(gone) - 5} more" if len(gone) > 5 else "")
        reasons.append(f"not on the page: {shown}")
    return reasons


def _asked_and_gone(wanted: Wanted, values: Sequence[JSON], pointer: str, said: set[str]) -> list[str]:
    """Pointers of what the wish names, or records are named by, which may not be null and no value has."""
    gone: list[str] = []
    for child in wanted.properties:
        at = f"{pointer}/{child.name}"
        held = [value[child.name] for value in values if isinstance(value, dict) and child.name in value]
        if not held:
            named = any(word_match(word, other) >= _NAMED for word in child.words for other in said)
            named = named or (child.is_number and {"how", "many"} <= said)
            named = named or (pointer.endswith("/*") and concepts(child.words) == {"title"})
            gone += [at] if values and named and not child.nullable else []
            continue
        if child.is_list and child.item is not None and child.item.is_object:
            inner = [one for value in held if isinstance(value, list) for one in value]
            gone += _asked_and_gone(child.item, inner, f"{at}/*", said)
        elif child.is_object:
            gone += _asked_and_gone(child, held, at, said)
    return gone


def _required_gone(wanted: Wanted, value: JSON, pointer: str) -> list[str]:
    """Pointers of required values that are absent."""
    gone: list[str] = []
    if isinstance(value, dict):
        for child in wanted.properties:
            at = f"{pointer}/{child.name}"
            if child.name in value:
                gone.extend(_required_gone(child, value[child.name], at))
            elif child.required:
                gone.append(at)
    elif isinstance(value, list) and wanted.item is not None:
        for number, one in enumerate(value):
            gone.extend(_required_gone(wanted.item, one, f"{pointer}/{number}"))
    return gone
