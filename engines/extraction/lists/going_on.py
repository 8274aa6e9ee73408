"""Lists that go on past what the page shows: whether one has to be read on, and the page with all of it.

A list that was collected from many pages is put into the page where it began, as if that had shown all
of its rows at once: headings, headers and whatever else tells what the values mean stay around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from browser.model.actions import Collect
from browser.model.element_match import words_of
from browser.model.observation import Element, Observation
from browser.model.page_tree import Node
from browser.model.results import Collected
from browser.model.text import squeeze
from engines.extraction.lists.candidates import Candidate
from engines.extraction.lists.lists import build_list
from engines.extraction.page.records import Group
from engines.extraction.page_parts import Page
from engines.extraction.schema.wanted import Wanted, read_schema
from engines.extraction.schema.wish import Asked, read_wish
from engines.output_spec import Schema

MOST_ROWS = 2500
_HERE = re.compile(
    r"\b(?:on|of|from|in) (?:this|the (?:first|current|present|open)) (?:page|screen)\b"
    r"|\b(?:visible|currently shown|in view)\b|\bpage (?:1|one)\b",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(
    r"^(?:\d{1,4}|[›»→>]+|(?:go to )?(?:the )?(?:next|older|weiter|nächste|suivant|siguiente|próxim|"
    r"successiv|avanti|volgende|dalej|nästa|næste|neste|следующ|下一|次|다음).{0,20}|"
    r"(?:(?:load|show|view|see|get) )?(?:\d+ )?more\b.{0,30}|(?:load|show) (?:all|next).{0,20}|"
    r"(?:mehr|weitere).{0,30}|"
    r"(?:voir|afficher|charger|ver|mostrar|cargar|carregar|carica|mostra|meer|показать|загрузить) .{1,30}|"
    r"もっと.{0,20}|加载更多|查看更多|더 ?보기)\s*[›»→>….▾▼]*$",
    re.IGNORECASE,
)


def reading_on(schema: Schema, wish: str, observation: Observation, page: Page) -> Collect | None:
    """How the list that is asked for is read on; None where the page holds as much of it as is wanted.

    Args:
        schema: JSON Schema of the output.
        wish: The task in the user's words.
        observation: What was seen.
        page: The same, prepared.
    """
    wanted = _wanted_list(read_schema(schema))
    if wanted is None or _HERE.search(wish):
        return None
    asked = read_wish(wish)
    best = build_list(page.groups, wanted, asked)[1]
    if best is None or not _can_be_collected(best):
        return None
    enough = _enough(wanted, asked)
    if enough is not None and len(best.group) >= enough:
        return None
    if not _may_go_on(best, observation, page):
        return None
    first = best.group.records[0]
    rows = MOST_ROWS if enough is None else enough * len(first)
    return Collect(first[0].ref, max_rows=min(rows, MOST_ROWS))


def _wanted_list(wanted: Wanted) -> Wanted | None:
    """The list that the output is about; None where it is about something else."""
    if wanted.is_list:
        return wanted
    lists = [child for child in wanted.properties if child.is_list]
    of_records = [child for child in lists if child.item is not None and child.item.is_object]
    if len(of_records) == 1:
        return of_records[0]
    return lists[0] if len(lists) == len(wanted.properties) == 1 else None


def _enough(wanted: Wanted, asked: Asked) -> int | None:
    """How many rows from the top answer the wish; None: all of them have to be seen."""
    if asked.order is not None or asked.conditions or asked.last is not None:
        return None
    if asked.nth is not None:
        return asked.nth if asked.nth > 0 else None
    return min((number for number in (asked.first, wanted.most) if number is not None), default=None)


def _can_be_collected(best: Candidate) -> bool:
    """Whether a record is one row, or some rows of a table."""
    return all(len(record) == 1 or all(node.tag == "tr" for node in record) for record in best.group.records)


def _may_go_on(best: Candidate, observation: Observation, page: Page) -> bool:
    """Whether the list reaches out of view, can be scrolled, or has something beside it that leads on."""
    last = best.group.records[-1][-1]
    if _is_out_of_view(last) or any("scrollable" in node.element.states for node in last.ancestors()):
        return True
    return leads_on(best.group, observation, page)


def leads_on(group: Group, observation: Observation, page: Page, *, surely: bool = False) -> bool:
    """Whether something beside a list leads to more of it: another page, a button for more rows.

    `surely`: a button that shows all of them may have been pressed before, and does not count.
    """
    inside = {one.ref for record in group.records for node in record for one in node.walk()}
    return any(
        element.ref not in inside
        and not _is_in_a_row(element, page)
        and (element.interactive or bool(element.href))
        and element.enabled
        and not (surely and element.role == "button" and "all" in words_of(element.name or element.text))
        and _LEADS_ON.match(squeeze(element.name or element.text))
        and not _is_of_another(element, group, page)
        for element in observation.elements
    )


def _is_of_another(element: Element, mine: Group, page: Page) -> bool:
    """Whether a longer list stands between this one and the control for more rows."""
    order = page.tree.order
    at, first, last = order[element.ref] + 1, mine.records[0][0].order, mine.records[-1][-1].last
    low, high = (last, at) if at > last else (at, first)
    return any(
        len(group) > len(mine) and low < group.records[0][0].order and group.records[-1][-1].last < high
        for group, _ in page.groups
    )


def _is_in_a_row(element: Element, page: Page) -> bool:
    """Whether it is what a row of a table says: a number there leads to no further page."""
    return any(above.role == "row" or above.tag == "tr" for above in page.tree.ancestors(element))


def _is_out_of_view(node: Node) -> bool:
    return any(one.element.states & {"offscreen", "clipped"} for one in node.walk())


def with_rows(observation: Observation, target: str, collected: Collected) -> Observation:
    """The page as it would be if it showed all rows that were collected from it on.

    Args:
        observation: Of the page where the list began.
        target: Ref of a row there.
        collected: The list.
    """
    if not collected.rows:
        return observation
    shown = {_unmarked(ref) for row in collected.rows for ref in _tops(row.elements)}
    known = {element.ref for element in observation.elements}
    gone = (shown & known) | ({target} if target in known else set())
    first = next((element for element in observation.elements if element.ref in gone), None)
    if first is None:
        return observation
    gone |= _alike(observation, first)
    elements: list[Element] = []
    dropped: set[str] = set()
    for element in observation.elements:
        if element.ref == first.ref:
            elements.extend(_placed(collected, first))
        if element.ref in gone or element.parent in dropped:
            dropped.add(element.ref)
        else:
            elements.append(element)
    text = "\n".join((observation.text, *(row.text for row in collected.rows)))
    return replace(observation, elements=tuple(elements), text=text)


def _alike(observation: Observation, first: Element) -> set[str]:
    """Rows that the page has replaced since: the same rows under other refs, but no row of headers."""
    heads = {element.parent for element in observation.elements if element.role == "columnheader"}
    heads -= {element.parent for element in observation.elements if element.role in ("cell", "gridcell")}
    return {
        element.ref
        for element in observation.elements
        if element.parent == first.parent
        and element.ref not in heads
        and (element.role, element.tag, element.hints) == (first.role, first.tag, first.hints)
    }


def _placed(collected: Collected, first: Element) -> Iterator[Element]:
    """The rows' elements where the first row was."""
    for row in collected.rows:
        for element in row.elements:
            yield replace(element, parent=element.parent or first.parent, depth=element.depth + first.depth)


def _tops(elements: tuple[Element, ...]) -> Iterator[str]:
    return (element.ref for element in elements if not element.parent)


def _unmarked(ref: str) -> str:
    """The ref that an element of a row had on its page."""
    return ref.rpartition(".")[2]
