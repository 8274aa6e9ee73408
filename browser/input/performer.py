"""The part of a session that acts: navigations and actions, one at a time."""

from __future__ import annotations

import time
from dataclasses import replace

from browser.input.act import perform
from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.model.actions import Action, AnswerDialog, CloseTab, Goto, OpenTab, SwitchTab
from browser.model.errors import ActionFailed, NavigationFailed, NavigationRefused
from browser.model.results import ActionResult
from browser.network.enforcement import PolicyEnforcer
from browser.tabs.connection import Connection
from browser.tabs.dialogs import WaitingDialog


class Performer:
    """Performs actions in the tab in front, and keeps to the hosts that the session may go to."""

    def __init__(self, context: InputContext, connection: Connection, policy: PolicyEnforcer) -> None:
        self._context = replace(context, on_progress=self._hear)
        self._connection = connection
        self._policy = policy
        self._redactor = context.secrets.redactor
        self.acts_begun = 0
        """How many actions have begun so far."""
        self.acting = False
        """Whether an action goes on: a secret may stand half typed in a field."""
        self.caption = ""
        """What was done last, or is being done: a video shows it."""

    def _hear(self, outcome: Outcome) -> None:
        self.caption = outcome.did

    async def goto(self, url: str) -> None:
        """Open an address in the active tab and wait until the page has come to rest.

        Raises:
            NavigationRefused: The session may not go there, or to where it led.
            NavigationFailed: It does not answer, or answers with what is not a page.
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        if why := self._policy.objection(url):
            raise NavigationRefused(url, why)
        self._context.stills.act_begins()
        try:
            with self._connection.errors_translated():
                await perform(self._context, Goto(url))
        except (ActionFailed, NavigationFailed) as error:
            if why := self._policy.news():
                raise NavigationRefused(url, why) from error
            if isinstance(error, NavigationFailed):
                raise
            raise NavigationFailed(url, str(error)) from error

    async def perform(self, action: Action) -> ActionResult:
        """Do one thing and wait until the page has come to rest.

        What could not be done is in the result's `problem`.

        Raises:
            PageGone: The tab crashed, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        began = time.monotonic()
        tab = self._connection.active()
        if isinstance(action, Goto | OpenTab) and (why := self._policy.objection(action.url)):
            return self._redactor.of(ActionResult(action=action, problem=why))
        self.acts_begun, self.acting = self.acts_begun + 1, True
        self._context.stills.act_begins()
        try:
            with self._connection.errors_translated():
                if tab.dialog and not isinstance(action, AnswerDialog | CloseTab | SwitchTab):
                    result = await self._pass_over(tab.dialog, action)
                else:
                    if not isinstance(action, AnswerDialog):
                        self._context.tabs.count_dialogs_anew()
                    result = await perform(self._context, action)
        except (ActionFailed, NavigationFailed) as error:
            result = ActionResult(action=action, problem=str(error))
        finally:
            self.acting = False
        result = _with_refusals(result, self._policy.news())
        return self._redactor.of(replace(result, took_ms=(time.monotonic() - began) * 1000))

    async def _pass_over(self, dialog: WaitingDialog, action: Action) -> ActionResult:
        """Give the safe answer to a dialog that the engine did not answer, and do nothing more."""
        said, how = dialog.described, "accepted" if dialog.safe_answer else "dismissed"
        answered = await perform(self._context, AnswerDialog(dialog.safe_answer))
        why = (
            f"a dialog was open and had to be answered first: {said.kind} {said.message!r}. It was {how}, "
            "since you did not answer it; look at the page again"
        )
        return replace(answered, action=action, did="", problem=why, navigated=True)


def _with_refusals(result: ActionResult, refused: str) -> ActionResult:
    """The result with requests that the network policy refused; they become the problem if there is one."""
    if not refused:
        return result
    if result.problem:
        return replace(result, problem=refused)
    return replace(result, effect=f"{result.effect}; {refused}" if result.effect else refused)
