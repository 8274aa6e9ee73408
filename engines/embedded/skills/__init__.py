"""What the engine can do: one module for each way of acting.

`READERS` is asked in this order, for the clauses that remain, until one takes some up; so what knows
a special phrase stands before what takes any clause of its verb.
"""

from __future__ import annotations

from engines.embedded.skills import (
    arithmetic,
    calendar,
    choice,
    context,
    counting,
    dragging,
    each,
    fields,
    figures,
    gauge,
    geometry,
    highlight,
    inorder,
    mail,
    press,
    radial,
    resizing,
    results,
    scrolling,
    shades,
    styling,
    tally,
    threeinrow,
    trying,
)
from engines.embedded.skills.base import Reader

READERS: tuple[Reader, ...] = (
    styling.read,
    shades.read,
    inorder.read,
    mail.read,
    arithmetic.read,
    trying.read,
    each.read,
    figures.read,
    highlight.read,
    radial.read,
    resizing.read,
    tally.read,
    threeinrow.read,
    counting.read,
    scrolling.read,
    context.read,
    geometry.read,
    dragging.read,
    results.read,
    gauge.read,
    calendar.read,
    choice.read,
    fields.read,
    press.read,
)
