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
    fields,
    gauge,
    mail,
    press,
    results,
)
from engines.embedded.skills.base import Reader

READERS: tuple[Reader, ...] = (
    mail.read,
    arithmetic.read,
    counting.read,
    context.read,
    results.read,
    gauge.read,
    calendar.read,
    choice.read,
    fields.read,
    press.read,
)
