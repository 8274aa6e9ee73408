"""`extract`: an observed page, a schema and a wish in; what stands on the page out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from browser.observation import Observation
from engines.base import JSON, Schema
from engines.embedded.extract.built import Built, assemble
from engines.embedded.extract.coerce import Nothing
from engines.embedded.extract.lists import Candidate, build_list
from engines.embedded.extract.match import Leaf, Reading, leaves_of
from engines.embedded.extract.records import Group, find_groups
from engines.embedded.extract.single import place_of, read_single
from engines.embedded.extract.slots import Sheet, lay_out
from engines.embedded.extract.tables import column_headers
from engines.embedded.extract.tree import Tree, grow
from engines.embedded.extract.wanted import Wanted, read_schema
from engines.embedded.extract.wish import Asked, read_wish


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


@dataclass(eq=False, slots=True)
class _Page:
    tree: Tree
    headers: Mapping[str, tuple[str, ...]]
    groups: list[tuple[Group, Sheet]]


def extract(schema: Schema, wish: str, observation: Observation) -> Extraction:
    """Read what the schema asks for from the page, without a model and without inventing anything.

    Args:
        schema: JSON Schema of the output.
        wish: The task in the user's words; it may limit, order or choose among the records.
        observation: Taken with `View(budget_tokens=None, appearance=True)`.
    """
    wanted = read_schema(schema)
    tree = grow(observation)
    headers = column_headers(tree)
    groups = [(group, lay_out(group, headers)) for group in find_groups(tree)]
    built = _build(wanted, _Page(tree, headers, groups), read_wish(wish))
    reasons = _reasons(wanted, built)
    return Extraction(
        output=None if isinstance(built.value, Nothing) else built.value,
        sources=built.sources,
        missing=tuple(built.missing),
        confident=not reasons,
        reason="; ".join(reasons),
    )


def _build(wanted: Wanted, page: _Page, asked: Asked) -> Built:
    if wanted.is_list:
        return build_list(page.groups, wanted, asked)[0]
    if wanted.is_object:
        return _object(wanted, page, asked)
    leaf = Leaf((), wanted, (wanted.told,) if wanted.told else ())
    place = place_of([page.tree.root], page.headers, [group for group, _ in page.groups])
    readings, doubts = read_single(place, [leaf], page.tree)
    reading = readings[()]
    if reading is None:
        return Built(None, missing=[""], doubts=doubts)
    return Built(reading.value, {"": reading.cell.node.ref}, doubts=doubts)


def _object(wanted: Wanted, page: _Page, asked: Asked) -> Built:
    lists: dict[tuple[str, ...], Built] = {}
    chosen: list[Candidate] = []
    for path, child in _lists_in(wanted):
        lists[path], candidate = build_list(page.groups, child, asked)
        chosen.extend([candidate] if candidate else [])
    readings, doubts = _singles(wanted, page)
    built = assemble(wanted, readings, lists)
    built.doubts.extend(doubts)
    return built


def _lists_in(wanted: Wanted, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Wanted]]:
    found = []
    for child in wanted.properties:
        at = (*path, child.name)
        if child.is_list:
            found.append((at, child))
        elif child.is_object:
            found.extend(_lists_in(child, at))
    return found


def _singles(wanted: Wanted, page: _Page) -> tuple[dict[tuple[str, ...], Reading | None], list[str]]:
    leaves = leaves_of(wanted)
    if not leaves:
        return {}, []
    place = place_of([page.tree.root], page.headers, [group for group, _ in page.groups])
    return read_single(place, leaves, page.tree)


def _reasons(wanted: Wanted, built: Built) -> list[str]:
    reasons = list(built.doubts)
    if isinstance(built.value, Nothing) or built.value in (None, {}):
        reasons.append("nothing on the page fits the schema")
    elif gone := _required_gone(wanted, built.value, ""):
        shown = ", ".join(gone[:5]) + (f" and {len(gone) - 5} more" if len(gone) > 5 else "")
        reasons.append(f"not on the page: {shown}")
    return reasons


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
