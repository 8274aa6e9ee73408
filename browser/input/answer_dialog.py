"""Answering a dialog."""

from __future__ import annotations

import asyncio

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.model.actions import AnswerDialog
from browser.model.errors import BadTarget

HELD_ACT_S = 5.0
"""How long an act that a dialog held up is waited for once the dialog is answered."""


async def answer_dialog(context: InputContext, action: AnswerDialog) -> Outcome:
    """Answer the dialog that is open, and let what it held up go on."""
    dialog = context.tab.dialog
    if dialog is None:
        raise BadTarget("no dialog is open")
    context.tab.dialog = None
    said = dialog.described
    outcome = context.report(
        f"{'accepted' if action.accept else 'dismissed'} the {said.kind} {said.message!r}"
    )
    if action.accept:
        await dialog.live.accept(action.text if said.kind == "prompt" else "")
    else:
        await dialog.live.dismiss()
    if dialog.held_act:
        await asyncio.wait({dialog.held_act}, timeout=HELD_ACT_S)
    return outcome
