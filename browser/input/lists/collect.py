"""Reading a long list to its end, by whichever way it goes on.

It is scrolled where it reaches below what is in view (rows that are dropped meanwhile are put together
by their order), then what lies below it is pressed: "load more", or the way to the next page. It ends
when the page says so, when nothing new comes after a bounded number of tries, or at a bound.
"""

from __future__ import annotations

from browser.input.context import InputContext
from browser.input.lists.list_reading import ListCollection, ListSnapshot, Stop, find_list
from browser.input.lists.list_turns import from_its_beginning, go_on
from browser.input.outcome import Outcome
from browser.model.actions import Collect
from browser.model.errors import ActionFailed, BadTarget

CUT_SHORT = Stop("stuck", "it was cut short")


async def collect(context: InputContext, action: Collect) -> Outcome:
    """Read the list; what was read is in the outcome, also where something cuts it short.

    Raises:
        BadTarget: There is no list, or a bound makes no sense.
        StaleRef: The target is gone.
    """
    if action.max_rows < 1 or action.max_pages < 1:
        raise BadTarget("max_rows and max_pages must be at least 1")
    collection = await find_list(context, action)
    now = await from_its_beginning(collection, await collection.read())
    collection.take(now.rows)
    collection.turns.add((now.said["mark"], now.keys))
    stop = _bound(collection)
    while stop is None:
        context.on_progress(collection.outcome(CUT_SHORT))
        try:
            now, stop = await go_on(collection, now)
        except ActionFailed as error:
            stop = Stop("stuck", str(error))
        stop = stop or _bound(collection)
    return collection.outcome(_unless_short(collection, now, stop))


def _unless_short(collection: ListCollection, now: ListSnapshot, stop: Stop) -> Stop:
    """The page's own count of rows says whether a list was read to its end."""
    total, count = now.said["total"], len(collection.rows)
    if stop.kind == "max_rows" and count == total:
        return Stop("end", f"the page counts {total} rows")
    if stop.kind != "end" or count + collection.adverts >= total:
        return stop
    return Stop("stuck", f"the page counts {total} rows, of which {count} were read; {stop.why}")


def _bound(collection: ListCollection) -> Stop | None:
    action = collection.action
    if collection.full:
        return Stop("max_rows", f"max_rows ({action.max_rows}) reached")
    if collection.late:
        return Stop("max_seconds", f"max_seconds ({action.max_seconds:g}) reached")
    return None
