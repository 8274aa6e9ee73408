"""Long runs of siblings of the same make: those in view are listed, and as many first ones as have room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from browser.model.observation import Element
from browser.model.page_tree import beside_main
from browser.model.roles import RECORD_ROLES
from browser.snapshot.distill.notes import LIKE_THESE, note_for, plural

RUN = 12
"""So many things of the same make in a row are listed one by one; of longer runs as many as have room."""
SHOWN_OF_RUN = 3
"""So many are listed even where there is no room."""
_NOTE_TOKENS = 20


def fold_repeated(
    elements: Sequence[Element], unread: Mapping[str, int], costs: Mapping[str, int], budget_tokens: int
) -> list[Element]:
    """Keep of a long run of similar siblings those in view and the first ones; a note counts the others.

    Args:
        elements: In reading order.
        unread: Ref of one among them -> how many siblings it stands for.
        costs: Ref -> tokens of each that would be listed.
        budget_tokens: How many all of them may cost: the first ones of a run are as many as fit.
    """
    folded: dict[str, Element | None] = {}
    runs = [run for run in _runs(elements, unread) if run.total(unread) > RUN]
    shown = _shown(runs, elements, unread, costs, budget_tokens)
    for run in runs:
        total = run.total(unread)
        gaps = list(_gaps(run, shown))
        if sum(map(len, gaps)) + total - len(run.members) < RUN - SHOWN_OF_RUN:
            continue
        for gap in gaps:
            count = sum(unread.get(element.ref, 1) for element in gap)
            folded |= {element.ref: None for element in gap}
            role = run.members[0].role
            said = f"{count:,} more of {total:,} {plural(role)} {LIKE_THESE}"
            folded[gap[0].ref] = note_for(gap[0], {role: count}, said)
    return _without(elements, folded) if folded else list(elements)


@dataclass(frozen=True, slots=True)
class Run:
    """Siblings of the same make, in reading order."""

    members: list[Element]
    headers: frozenset[str]
    """Refs of those that say what the others mean."""

    def total(self, unread: Mapping[str, int]) -> int:
        """How many they are, with those that were not looked at one by one."""
        return sum(unread.get(element.ref, 1) for element in self.members)


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


def _shown(
    runs: Sequence[Run],
    elements: Sequence[Element],
    unread: Mapping[str, int],
    costs: Mapping[str, int],
    budget_tokens: int,
) -> set[str]:
    """Refs of the members of runs that are listed: the first of each, and in turn as many as have room.

    Menus and the like come after all that the page is about.
    """
    shown: set[str] = set()
    waiting: list[tuple[bool, int, str]] = []
    beside = beside_main(elements)
    for run in runs:
        listed = [one for one in run.members if one.ref not in unread]
        own = [one for one in listed if one.ref not in run.headers]
        later = [one.ref for one in own[SHOWN_OF_RUN:] if not one.visible]
        shown |= {one.ref for one in listed}.difference(later)
        waiting += [(ref in beside, at, ref) for at, ref in enumerate(later)]
    left = budget_tokens - _NOTE_TOKENS * len(runs)
    cost_of = _costs_of_members(elements, {ref for _, _, ref in waiting}, costs)
    left -= cost_of[""]
    for _, _, ref in sorted(waiting):
        left -= cost_of.get(ref, 0)
        if left < 0:
            break
        shown.add(ref)
    return shown


def _costs_of_members(
    elements: Sequence[Element], members: Set[str], costs: Mapping[str, int]
) -> Counter[str]:
    """Ref of a member of a run -> tokens of it and what is in it, other members aside; "" -> of the rest."""
    found: Counter[str] = Counter()
    holder: dict[str, str] = {}
    for element in elements:
        held = element.ref if element.ref in members else holder.get(element.parent, "")
        holder[element.ref] = held
        found[held] += costs.get(element.ref, 0)
    return found


def _gaps(run: Run, shown: Set[str]) -> Iterator[list[Element]]:
    """What of a run is not said, in pieces that stand together."""
    gap: list[Element] = []
    for element in run.members:
        if element.ref not in shown:
            gap.append(element)
        elif gap:
            yield gap
            gap = []
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
