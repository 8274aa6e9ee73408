"""A run in a notebook while it goes on: one output that is drawn anew with each step.

    run = await run_task("Find the top 3 posts", url, on_event=NotebookProgress())
    run

The last line shows the run itself: its output as a table, the last picture, its steps.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from agent_core import BadRequest
from agent_core.loop.events import (
    Acted,
    Decided,
    Event,
    GivenBack,
    Observed,
    RunEnded,
    RunStarted,
    TakenOver,
    UserAsked,
    Warned,
)

MOST_LINES = 6
"""What happened last stays in view, so many lines of it."""

Show = Callable[[str], Callable[[str], None]]
"""Shows some HTML, and returns what shows other HTML in its place."""


class NotebookProgress:
    """To be given as `on_event`. Each one shows one run."""

    def __init__(self, show: Show | None = None) -> None:
        """`show` is how HTML is shown; None: as IPython does it.

        Raises:
            BadRequest: There is no IPython here.
        """
        self._show = show or _in_ipython()
        self._again: Callable[[str], None] | None = None
        self._head = "starting"
        self._lines: list[str] = []

    def __call__(self, event: Event) -> None:
        """Show what this event means."""
        match event:
            case RunStarted(engine=engine, url=url):
                self._head = f"{engine} at {url}"
            case Observed(number=number, title=title, url=url):
                self._head = f"step {number}: {title or url}"
            case Decided(decision=decision) if decision.thought:
                self._lines.append(decision.thought)
            case Acted(result=result):
                self._lines.append(result.problem or result.did)
            case UserAsked(question=question):
                self._lines.append(f"asks: {question.text}")
            case TakenOver(who=who):
                self._lines.append(f"{who} took over the page")
            case GivenBack(held_s=held_s):
                self._lines.append(f"the agent goes on after {held_s:.0f} s")
            case Warned(text=text):
                self._lines.append(f"warning: {text}")
            case RunEnded(run=run):
                self._head = f"{run.status}: {run.failure_reason}" if run.failure_reason else run.status
            case _:
                return
        del self._lines[:-MOST_LINES]
        self._draw()

    def _draw(self) -> None:
        lines = "".join(f"<div>{escape(line)}</div>" for line in self._lines)
        html = f"<div><b>{escape(self._head)}</b>{lines}</div>"
        if self._again is None:
            self._again = self._show(html)
        else:
            self._again(html)


def _in_ipython() -> Show:
    try:
        from IPython.display import HTML, DisplayHandle
    except ImportError as error:
        why = "there is no IPython here; in a program, watch the events of a run by on_event"
        raise BadRequest("NotebookProgress", why) from error

    def show(html: str) -> Callable[[str], None]:
        handle: Any = DisplayHandle()
        handle.display(HTML(html))
        return lambda other: handle.update(HTML(other))

    return show
