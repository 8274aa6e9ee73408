"""The engine: screenshots to the model, its calls to the page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from browser.model.actions import Point, Wait
from browser.model.observation import Observation, View
from engines.action_codec.json_in_text.repair_json import cleaned
from engines.cua.anthropic import browser_answers
from engines.cua.anthropic.browser_calls import READS, BrowserReader
from engines.cua.anthropic.calls import SHOWS, Call, Reader
from engines.cua.anthropic.conversation import CACHED, MOST_PICTURES, Conversation
from engines.cua.anthropic.dialect import Dialect
from engines.cua.anthropic.messages_api import Messages
from engines.cua.shared.extras import extras
from engines.cua.shared.news import instructions, news_text, task_text
from engines.cua.shared.opinions import PAGE_TOKENS, chosen_codes, judged, proposed_start
from engines.cua.shared.sight import Sight, sight_of
from engines.errors import ModelUnusable
from engines.models.failures import CallFailed
from engines.prompts.templates import rendered
from engines.protocol import Act, Decision, Evidence, Finish, Goal, Turn, Usage, Verdict

_REPLIES = 4
"""Answers to one turn: the first, and three after its mistake was named."""
_MOST_READS = 4
"""How often a page may be read before something is done, where reading does not touch it."""
_IN_BROWSER_TOOLSET = frozenset({"goto", "back", "switch_tab", "choose"})
"""Functions of ours that the browser toolset has members for."""
_LOOK_AGAIN_S = 1.0
"""A model that wants to see the same page once more waits for something."""
_CLEARED_BY_PROVIDER = {
    "edits": [
        {
            "type": "clear_tool_uses_20250919",
            "trigger": {"type": "tool_uses", "value": MOST_PICTURES},
            "keep": {"type": "tool_uses", "value": 5},
            "clear_at_least": {"type": "input_tokens", "value": 10_000},
        }
    ]
}


class AnthropicComputerUse:
    """Works on one goal with Claude's computer tools and a few functions of ours."""

    def __init__(self, messages: Messages, dialect: Dialect, *, nonce: str = "") -> None:
        self._messages = messages
        self._dialect = dialect
        self._nonce = nonce or secrets.token_hex(4)
        self._talk = Conversation(reads_pages=dialect.reads_pages, nonce=self._nonce)
        self._sight: Sight | None = None
        self._cursor: Point | None = None
        self._told = 0
        self._mistakes = 0
        self._clears_itself = False
        self._address = ""
        self._refs: frozenset[str] = frozenset()
        """The elements that the model may name: those seen since the page came to its address."""

    @property
    def view(self) -> View:
        """The viewport's picture; elements for who reads pages, and for the completion check."""
        tokens = browser_answers.PAGE_TOKENS if self._dialect.reads_pages else PAGE_TOKENS
        return View(screenshots="viewport", budget_tokens=tokens)

    @property
    def usage(self) -> Usage:
        """What the provider has counted."""
        return self._messages.usage

    async def decide(self, turn: Turn) -> Decision:
        """Answer the model's calls with what came of them, and read its next ones."""
        sight = self._sight = sight_of(turn.observation, self._dialect.limits, self._sight)
        begun = bool(self._talk.messages)
        results = turn.history[-1] if len(turn.history) > self._told else ()
        self._told = len(turn.history)
        shown = self._talk.answer(results, turn, sight)
        news = news_text(turn, self._nonce)
        self._talk.tell(
            news if begun else f"{task_text(turn.goal, self._nonce)}\n\n{news}", None if shown else sight
        )
        self._see(turn.observation)
        looks = _MOST_READS if self._dialect.reads_pages else 1
        mistake = ""
        while self._mistakes < _REPLIES:
            blocks = await self._ask(turn, sight)
            calls = self._talk.open
            mistake = next((call.mistake for call in calls if call.mistake), "")
            mistake = mistake or _silent(blocks, calls, turn.goal)
            if mistake and not any(call.actions for call in calls):
                self._mistakes += 1
                self._talk.answer((), turn, sight)
                self._talk.tell(f"That could not be used: {mistake}. Nothing was done.")
            elif looks and calls and all(map(self._only_looks, calls)):
                # It wants to see the page, and what is at hand is a moment old.
                looks -= 1
                self._talk.answer((), turn, sight)
            else:
                self._mistakes = 0
                return _decision(calls, _words(blocks))
        raise ModelUnusable(f"{_REPLIES} replies in a row could not be used; the last: {mistake}")

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Ask, in a conversation of its own, whether the goal is met."""
        talk = Conversation()
        return await judged(
            talk, partial(self._aside, talk), goal, evidence, self._dialect.limits, self._nonce
        )

    async def propose_start(self, goal: Goal) -> str:
        """Ask the model for an address; "" where it knows none or says nothing usable."""
        talk = Conversation()
        return await proposed_start(talk, partial(self._aside, talk), goal)

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """Ask the model which error codes describe a failure; empty where it names none."""
        talk = Conversation()
        return await chosen_codes(talk, partial(self._aside, talk), goal, reason, page, self._nonce)

    async def close(self) -> None:
        """Close the connections."""
        await self._messages.close()

    def _see(self, page: Observation) -> None:
        address = page.url.partition("#")[0]
        before = self._refs if address == self._address else frozenset[str]()
        self._address, self._refs = address, before | {element.ref for element in page.elements}

    def _only_looks(self, call: Call) -> bool:
        return call.by_computer and call.member in (READS if self._dialect.reads_pages else SHOWS)

    def _reader(self, turn: Turn, sight: Sight) -> Reader:
        if not self._dialect.reads_pages:
            return Reader(sight, turn.goal, self._cursor)
        return BrowserReader(sight, turn.goal, self._cursor, "browser", turn.observation, self._refs)

    async def _ask(self, turn: Turn, sight: Sight) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = cleaned(await self._answered(turn.goal, sight)) or []
        reader = self._reader(turn, sight)
        calls = reader.calls(blocks)
        self._cursor = reader.cursor
        self._talk.heard(blocks or [{"type": "text", "text": "-"}], calls)
        return blocks

    async def _answered(self, goal: Goal, sight: Sight) -> list[dict[str, Any]]:
        """Ask, with old results cleared by the provider, or by us where it does not do that."""
        request = {"tools": self._tools(goal, sight), "system": _system(self._instructions())}
        long = self._talk.pictures > MOST_PICTURES
        if long and not self._clears_itself:
            try:
                return await self._messages.ask(
                    {
                        **request,
                        "messages": self._talk.sent(clear=False),
                        "context_management": _CLEARED_BY_PROVIDER,
                    },
                    images=self._talk.pictures,
                )
            except CallFailed:
                self._clears_itself = True
        messages = self._talk.sent(clear=self._clears_itself)
        return await self._messages.ask({**request, "messages": messages}, images=self._talk.pictures)

    async def _aside(self, talk: Conversation, system: str) -> str:
        request = {"messages": talk.sent(clear=False), "system": _system(system)}
        blocks = cleaned(await self._messages.ask(request, images=talk.pictures)) or []
        talk.heard(blocks or [{"type": "text", "text": "-"}], ())
        return _words(blocks)

    def _instructions(self) -> str:
        if self._dialect.reads_pages:
            return rendered(__package__, "browser.txt", nonce=self._nonce)
        return instructions(self._nonce)

    def _tools(self, goal: Goal, sight: Sight) -> list[dict[str, Any]]:
        functions = [
            {"name": extra.name, "description": extra.description, "input_schema": extra.parameters}
            for extra in extras(goal)
            if not (self._dialect.reads_pages and extra.name in _IN_BROWSER_TOOLSET)
        ]
        return [self._dialect.declared(sight), *functions]


def _system(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text, "cache_control": CACHED}]


def _silent(blocks: Sequence[dict[str, Any]], calls: tuple[Call, ...], goal: Goal) -> str:
    """What is wrong with an answer that calls nothing; "" where its words may end the task."""
    if calls or (_words(blocks) and not goal.output):
        return ""
    return "no tool was called; call finish, give_up or ask_user, or go on with the computer"


def _decision(calls: tuple[Call, ...], thought: str) -> Decision:
    if not calls:
        return Finish(thought=thought, evidence=(thought,), output=thought)
    actions = tuple(action for call in calls for action in call.actions)
    if actions:
        return Act(actions=actions, thought=thought)
    end = next((call.end for call in calls if call.end), None)
    return end or Act(actions=(Wait(_LOOK_AGAIN_S),), thought=thought)


def _words(blocks: Sequence[dict[str, Any]]) -> str:
    return "\n".join(block.get("text") or "" for block in blocks if block.get("type") == "text").strip()
