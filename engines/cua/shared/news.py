"""What goes to a pixel model in words: the task once, then each turn what the picture does not show."""

from __future__ import annotations

from browser.model.observation import Observation
from browser.model.results import ActionResult
from browser.model.text import cut, quoted
from engines.prompts.asides import goal_details
from engines.prompts.templates import fenced, rendered
from engines.prompts.turn import results_text, warnings_text
from engines.protocol import Goal, Turn


def instructions(nonce: str) -> str:
    """How to work, for the system's place."""
    return rendered(__package__, "system.txt", nonce=nonce)


def task_text(goal: Goal, nonce: str) -> str:
    """The task, as the user's first message; `nonce` marks what comes from pages."""
    return f"THE TASK\n{goal.text}\n{goal_details(goal, nonce)}".strip()


def news_text(turn: Turn, nonce: str) -> str:
    """Where the page is, what changed, and what the loop has to say."""
    page = [*_where(turn.observation)]
    if turn.effect:
        page.append(f"Since your last answer: {turn.effect}")
    return "\n".join(filter(None, [fenced("\n".join(page), nonce), warnings_text(turn)]))


def result_text(result: ActionResult) -> str:
    """What came of one action."""
    return results_text([result]).removeprefix("1. ")


def _where(page: Observation) -> list[str]:
    lines = [f"{page.url} {quoted(page.title, 80)}"]
    if len(page.tabs) > 1:
        lines += [
            f"tab {tab.id}{' (in front)' if tab.active else ''}: {cut(tab.url, 120)}" for tab in page.tabs
        ]
    if page.page_size[1] > page.viewport[1] + page.scroll[1] + 1:
        below = page.page_size[1] - page.viewport[1] - page.scroll[1]
        lines.append(f"{below:.0f} px of the page lie below what is shown")
    if page.dialog:
        lines.append(
            f"A dialog is open and not in the picture: {page.dialog.kind} {quoted(page.dialog.message, 300)}"
        )
    lines += page.notes
    return lines
