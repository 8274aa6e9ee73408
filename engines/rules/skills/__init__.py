"""What the engine can do: one module for each way of acting.

`READERS` is asked in this order, for the clauses that remain, until one takes some up; so what knows
a special phrase stands before what takes any clause of its verb.
"""

from __future__ import annotations

from engines.rules.skills import (
    assign,
    browse,
    calendar,
    choice,
    context,
    dragging,
    extremes,
    fields,
    gauge,
    login,
    press,
    results,
    scrolling,
    search,
    sorting,
    uploading,
)
from engines.rules.skills.base import Reader

READERS: tuple[Reader, ...] = (
    browse.read,
    login.read,
    sorting.read,
    uploading.read,
    extremes.read,
    search.read,
    scrolling.read,
    context.read,
    dragging.read,
    results.read,
    gauge.read,
    assign.read,
    calendar.read,
    choice.read,
    fields.read,
    press.read,
)
