"""What goes to the model in words: actions that only this task has, and what a picture does not show.

The models were trained on turns that are a picture and nothing else, so nothing is said that can be seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.observation import Observation
from browser.model.results import ActionResult
from browser.model.text import cut, quoted
from engines.cua.shared.news import result_text
from engines.prompts.templates import fenced
from engines.prompts.turn import warnings_text
from engines.protocol import Goal, Turn


def plain(text: str) -> str:
    """Text of a page or a person without the marks that a model's tokenizer takes for its own."""
    return text.replace("<|", "< |")


def more_actions(goal: Goal) -> str:
    """Actions and rules that only some tasks have, for the action space."""
    lines = []
    if goal.files:
        names = ", ".join(goal.files)
        lines.append(
            "upload(start_box='<|box_start|>(x1,y1)<|box_end|>', content='') "
            f"# Hands a file to the file field at this place. Files: {plain(names)}"
        )
    if goal.error_codes:
        codes = "; ".join(f"{code}: {meaning}" for code, meaning in goal.error_codes.items())
        lines.append(plain(f"# Begin the content of give_up with one of these, where it fits: {codes}"))
    for secret in goal.secrets:
        where = " or ".join(secret.origins)
        lines.append(
            f"type(content='{{{{secret:{secret.name}}}}}') # Types the value of {secret.name}, which is not "
            f"shown to you; only at {where}."
        )
    if goal.codes:
        lines.append("type(content='{{code}}') # Types the one-time code, which is sent for then.")
    return "".join(f"{line}\n" for line in lines)


def news_text(turn: Turn, results: Sequence[ActionResult], called: int, nonce: str) -> str:
    """What a turn has to say beside its picture; "" where that is nothing.

    Args:
        results: What came of the last reply's actions.
        called: How many actions it had.
    """
    page = [*_failures(results, called), *_unseen(turn.observation)]
    told = [fenced("\n".join(page), nonce)] if page else []
    return plain("\n".join([*told, *filter(None, [warnings_text(turn)])]))


def _failures(results: Sequence[ActionResult], called: int) -> list[str]:
    lines = [result_text(result) for result in results if not result.ok]
    left = called - len(results)
    if results and left > 0:
        lines.append(
            f"The last {left} of your actions were not done: what came before changed the page or failed."
        )
    return lines


def _unseen(page: Observation) -> list[str]:
    lines = []
    if page.dialog:
        said = quoted(page.dialog.message, 300)
        lines.append(
            f"A dialog is open, which is not in the picture: {page.dialog.kind} {said}. "
            "Answer it by dialog(content='accept') or dialog(content='dismiss')"
            + (", with the text behind 'accept'." if page.dialog.kind == "prompt" else ".")
        )
    if len(page.tabs) > 1:
        tabs = "; ".join(
            f"{tab.id}{' (in front)' if tab.active else ''} {cut(tab.url, 120)}" for tab in page.tabs
        )
        lines.append(f"There are several tabs; switch_tab(content='ID') brings one to the front: {tabs}")
    return lines + list(page.notes)
