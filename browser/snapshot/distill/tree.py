"""The tree of the elements that are left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from browser.model.observation import Element

NOTHING_UNREAD: Mapping[str, int] = MappingProxyType({})


def rejoin(kept: Sequence[Element], all_elements: Sequence[Element]) -> list[Element]:
    """Children of what was left out go to the nearest ancestor that was kept."""
    parents = {element.ref: element.parent for element in all_elements}
    depths: dict[str, int] = {}
    joined = []
    for element in kept:
        parent = element.parent
        while parent and parent not in depths:
            parent = parents.get(parent, "")
        depth = depths[parent] + 1 if parent else 0
        depths[element.ref] = depth
        same = parent == element.parent and depth == element.depth
        joined.append(element if same else replace(element, parent=parent, depth=depth))
    return joined
