"""A page for somebody else's agent: it reads the page as text and names what to do by refs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.acts.policy import objection
from agent_core.loop.parties import Page
from agent_core.runner.browsers import open_page
from agent_core.runner.preparing.resolve import limited_by
from agent_core.task.request import TaskRequest
from browser.model.actions import Action
from browser.model.errors import NavigationFailed
from browser.model.observation import LookRequest, Screenshot, View
from browser.model.results import ActionResult
from engines.action_codec.actions import VERBS
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.read import read_reply
from engines.action_codec.reply_error import ReplyError
from engines.prompts.changes import changes, known_after
from engines.prompts.page import PageText, elements_text, page_text
from engines.prompts.pictures import fitted
from engines.prompts.rows import rows_text
from engines.prompts.turn import results_text
from engines.protocol import Act

if TYPE_CHECKING:
    from browser.session import Session

BUDGET_TOKENS = 6000
"""About how many tokens a page, an answer to a look, or the rows of a list may take."""
_NOT_BY_HAND = frozenset({"look", "ask_user", "finish", "give_up", "enter_code", "upload"})
"""What needs a task: its end, its codes, its files."""
ACTIONS_HELP = "\n".join(verb.shown for verb in VERBS if verb.shown and verb.name not in _NOT_BY_HAND)
"""The actions that `SteeredPage.act` takes, an example a line."""


@dataclass(frozen=True, slots=True)
class Acts:
    """What came of some actions."""

    text: str
    """What was done, or why not, and what is different on the page, as lines for a model."""
    done: bool
    """Whether all of them were carried out."""


class SteeredPage:
    """A page that is read as text, one element a line, and acted on by the refs in it.

    A ref names its element for as long as that is on the page, whatever else changes; all refs that were
    ever shown can be used.
    """

    def __init__(self, page: Page, request: TaskRequest, budget_tokens: int = BUDGET_TOKENS) -> None:
        """Take over a page.

        Args:
            page: The page itself.
            request: What it may do on this machine: files of `file:` addresses, uploads.
            budget_tokens: About how many tokens one answer may take.
        """
        self._page, self._request, self._budget = page, request, budget_tokens
        self._listed = PageText("", frozenset())
        """What the reader knows of the page: as it was listed last, with the changes since."""
        self._shown = Shown()

    async def observe(self) -> str:
        """The whole page as text, within the budget; what was left out is said.

        Raises:
            BrowserError: The page or the browser is gone.
        """
        now = await self._look_again()
        self._listed = now
        return now.text

    async def look(self, *, query: str = "", ref: str = "") -> str:
        """More of one part of the page: of what is in an element, or where these words stand.

        Raises:
            BadRequest: Neither or both are given, or the element is not there.
            BrowserError: The page or the browser is gone.
        """
        if bool(query) == bool(ref):
            raise BadRequest("look", 'give either "query" (words) or "ref" (an element of the page)')
        [answer] = await self._page.look([LookRequest(query=query, ref=ref)])
        if answer.problem and ref:
            raise BadRequest("ref", answer.problem)
        if answer.problem:
            return answer.problem
        once = {element.ref: element for element in answer.elements}
        found = elements_text(tuple(once.values()), self._shown.url, self._budget)
        self._shown = replace(self._shown, refs=self._shown.refs | found.refs)
        return found.text or "nothing there"

    async def act(self, actions: Sequence[Mapping[str, Any]]) -> Acts:
        """Carry out some actions in order, up to the first that fails or leads to another page.

        Args:
            actions: Such as `{"action": "click", "ref": "f0e12"}`; `ACTIONS_HELP` lists all.

        Raises:
            BadRequest: The first of them makes no sense; nothing was done.
            BrowserError: The page or the browser is gone.
        """
        if not self._listed.text:
            await self.observe()
        meant, notes = self._read(actions)
        results: list[ActionResult] = []
        for action in meant:
            why = objection(action, self._request)
            results.append(ActionResult(action=action, problem=why) if why else await self._perform(action))
            if not results[-1].ok or results[-1].navigated:
                break
        parts = [results_text(results), *self._rows(results)]
        if len(results) < len(meant):
            parts.append(
                f"{len(meant) - len(results)} further actions were not done: look at the page first."
            )
        parts += [f"note: {note}" for note in notes]
        parts.append(await self._difference())
        done = len(results) == len(actions) and all(result.ok for result in results)
        return Acts("\n".join(parts), done)

    async def screenshot(self) -> Screenshot:
        """A picture of what of the page is in view; actions may name places by `x` and `y` in it from now on.

        Raises:
            BrowserError: The page or the browser is gone.
        """
        seen = await self._page.observe(View(elements=False, screenshots="viewport"))
        picture = fitted(seen.screenshots[0])
        self._shown = replace(self._shown, picture=picture)
        return picture

    def _read(self, actions: Sequence[Mapping[str, Any]]) -> tuple[tuple[Action, ...], tuple[str, ...]]:
        try:
            understood = read_reply(json.dumps({"actions": list(actions)}), self._shown)
        except ReplyError as mistake:
            raise BadRequest("actions", str(mistake)) from mistake
        if not isinstance(understood.decision, Act) or understood.ending is not None:
            raise BadRequest("actions", "only what acts on the page can be done here")
        return understood.decision.actions, understood.notes

    async def _perform(self, action: Action) -> ActionResult:
        try:
            return await self._page.perform(action)
        except NavigationFailed as error:
            return ActionResult(action=action, problem=str(error))

    def _rows(self, results: Sequence[ActionResult]) -> list[str]:
        """The rows of a list that was collected."""
        found = [result.collected for result in results if result.collected is not None]
        if not found:
            return []
        rows = rows_text(found[-1], self._budget)
        left = len(found[-1].rows) - rows.shown
        return [rows.text, *([f"({left} more rows are not listed)"] if left else [])]

    async def _difference(self) -> str:
        """What is different from the page as it was listed, or the whole page where that is shorter."""
        before, now = self._listed, await self._look_again()
        found = changes(before, now)
        self._listed = now if found is None else known_after(before, now, found)
        return now.text if found is None else found.text

    async def _look_again(self) -> PageText:
        seen = await self._page.observe(View(budget_tokens=self._budget))
        now = page_text(seen, self._budget)
        known = Shown.on(seen)
        refs = known.refs | self._shown.refs | now.refs
        self._shown = replace(known, refs=refs, picture=self._shown.picture)
        return now


@asynccontextmanager
async def steer_page(
    url: str | None = None,
    *,
    browser_address: str | None = None,
    allowed_domains: list[str] | None = None,
    blocked_domains: list[str] | None = None,
    settings: Settings | None = None,
    headless: bool | None = None,
    budget_tokens: int = BUDGET_TOKENS,
) -> AsyncIterator[SteeredPage]:
    """Open a page for somebody else's agent to read and act on; the arguments are those of `open_page`.

    Raises:
        BadRequest, BrowserNotFound, LaunchFailed: No page can be had, or it may not go to `url`.
        NavigationFailed: `url` could not be opened.
    """
    hosts = {"allowed_domains": allowed_domains, "blocked_domains": blocked_domains}
    settings = settings or Settings.from_env()
    request = limited_by(TaskRequest.of({"prompt": "-", "url": url, **hosts}), settings)
    page: Session
    async with open_page(
        url, browser_address=browser_address, settings=settings, headless=headless, **hosts
    ) as page:
        yield SteeredPage(page, request, budget_tokens)
