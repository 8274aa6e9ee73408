"""What the engine can do: one module for each way of acting.

`READERS` is asked in this order, for the clauses that remain, until one takes some up; so what knows
a special phrase stands before what takes any clause of its verb.
"""

from __future__ import annotations

from engines.rules.skills import (
    assignments,
    browse,
    context,
    dragging,
    login,
    opening,
    places,
    press,
    scrolling,
)
from engines.rules.skills.base import Reader
from engines.rules.skills.controls import assign, calendar, choice, fields, gauge, uploading
from engines.rules.skills.lists import all_of, each_of, extremes, filtering, results, search, sorting
from engines.rules.skills.records import by_page, move, rename, tick, write
from engines.rules.skills.records.making import by_verb, create
from engines.rules.skills.records.parts import phrases as part_phrases
from engines.rules.skills.records.parts import states

READERS: tuple[Reader, ...] = (
    browse.read,
    places.read,
    login.read,
    sorting.read,
    filtering.read,
    uploading.read,
    extremes.read,
    search.read,
    scrolling.read,
    context.read,
    dragging.read,
    results.read,
    opening.read,
    gauge.read,
    all_of.read,
    part_phrases.read,
    states.read,
    tick.read,
    assignments.read,
    assign.read,
    calendar.read,
    choice.read,
    fields.read,
    press.read,
    create.read,
    by_verb.read,
    rename.read,
    move.read,
    write.read,
    by_page.read_act,
    each_of.read,
    by_page.read,
)
