"""Long runs of siblings of the same make, of which only the first ones and those in view are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from browser.model.observation import Element
from browser.model.roles import RECORD_ROLES
from browser.snapshot.distill.notes import note_for, plural
from browser.snapshot.distill.tree import NOTHING_UNREAD

RUN = 12
"""So many things of the same make in a row are listed one by one; of longer runs only the first ones."""
SHOWN_OF_RUN = 3


def fold_repeated(elements: Sequence[Element], unread: Mapping[str, int] = NOTHING_UNREAD) -> list[Element]:
    """Keep of a long run of similar siblings those in view and the first ones; a note counts the others.

    Args:
        elements: In reading order.
        unread: Ref of one among them -> how many siblings it stands for.
    """
    folded: dict[str, Element | None] = {}
    for run in _runs(elements, unread):
        total = sum(unread.get(element.ref, 1) for element in run.members)
        if total <= RUN:
            continue
        gaps = list(_gaps(run, unread))
        if sum(map(len, gaps)) + total - len(run.members) < RUN - SHOWN_OF_RUN:
            continue
        for gap in gaps:
            count = sum(unread.get(element.ref, 1) for element in gap)
            folded |= {element.ref: None for element in gap}
            role = run.members[0].role
            said = f"{count:,} more of {total:,} {plural(role)} like these"
            folded[gap[0].ref] = note_for(gap[0], {role: count}, said)
    return _without(elements, folded) if folded else list(elements)


@dataclass(frozen=True, slots=True)
class Run:
    """Siblings of the same make, in reading order."""

    members: list[Element]
    headers: frozenset[str]
    """Refs of those that say what the others mean."""


def _runs(elements: Sequence[Element], unread: Mapping[str, int]) -> Iterator[Run]:
    """Rows, items and the like; and containers without a role that hold the same kinds of things.

    Of containers that are unread nobody knows what they hold: they are taken for more of those before them.
    """
    roles: dict[str, set[str]] = {}
    usable: set[str] = set()
    for element in elements:
        roles.setdefault(element.parent, set()).add(element.role)
        if element.interactive:
            usable.add(element.parent)
    siblings: dict[tuple[str, str, str, frozenset[str]], list[Element]] = {}
    latest: dict[tuple[str, str], frozenset[str]] = {}
    for element in elements:
        if element.role in RECORD_ROLES:
            made: frozenset[str] = frozenset()
        elif element.role == "generic" and element.ref in usable and len(roles[element.ref]) > 1:
            made = latest[element.parent, element.tag] = frozenset(roles[element.ref])
        elif element.ref in unread and (element.parent, element.tag) in latest:
            made = latest[element.parent, element.tag]
        else:
            continue
        siblings.setdefault((element.parent, element.role, element.tag, made), []).append(element)
    for members in siblings.values():
        headers = (one.ref for one in members if roles.get(one.ref) == {"columnheader"})
        yield Run(members, frozenset(headers))


def _gaps(run: Run, unread: Mapping[str, int]) -> Iterator[list[Element]]:
    """What of a run is not said, in pieces that stand together."""
    gap: list[Element] = []
    said = 0
    for element in run.members:
        first = said < SHOWN_OF_RUN and element.ref not in run.headers
        if element.ref not in unread and (element.visible or first or element.ref in run.headers):
            said += first
            if gap:
                yield gap
            gap = []
        else:
            gap.append(element)
    if gap:
        yield gap


def _without(elements: Sequence[Element], folded: dict[str, Element | None]) -> list[Element]:
    """The elements without the folded ones and their contents, with a note in their place."""
    kept: list[Element] = []
    for element in elements:
        if element.parent in folded and element.ref not in folded:
            folded[element.ref] = None
        if element.ref not in folded:
            kept.append(element)
        elif (instead := folded[element.ref]) is not None:
            kept.append(instead)
    return kept
