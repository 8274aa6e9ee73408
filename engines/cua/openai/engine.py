"""The engine: screenshots to the model, its calls to the page."""

from __future__ import annotations

import re
import secrets
from functools import partial
from typing import Any

from browser.model.actions import Wait
from browser.model.observation import Observation, View
from engines.action_codec.json_in_text.repair_json import cleaned
from engines.cua.openai.calls import Call, Said, objects, said_in, text_of
from engines.cua.openai.conversation import Conversation
from engines.cua.openai.responses_api import Responses
from engines.cua.shared.extras import extras
from engines.cua.shared.news import instructions, news_text, task_text
from engines.cua.shared.opinions import PAGE_TOKENS, chosen_codes, judged, proposed_start
from engines.cua.shared.sight import Sight, sight_of
from engines.errors import ModelUnusable
from engines.prompts.pictures import Limits
from engines.protocol import Act, AskUser, Decision, Evidence, Finish, GiveUp, Goal, Turn, Usage, Verdict

LIMITS = Limits(long_edge_px=1600, patches=3600)
"""Sizes up to 1600 by 900 are what OpenAI's guide finds best; larger ones are only slower."""
_REPLIES = 4
"""Answers to one turn: the first, and three after its mistake was named."""
_LOOK_AGAIN_S = 1.0
"""A model that wants to see the same page once more waits for something."""
_CONSENT = re.compile(
    r"\s*(y|yes|ok|okay|sure|go on|go ahead|continue|proceed|confirm|allow|accept|approve)", re.I
)


class OpenAIComputerUse:
    """Works on one goal with OpenAI's computer tool and a few functions of ours."""

    def __init__(self, responses: Responses, *, nonce: str = "") -> None:
        self._responses = responses
        self._nonce = nonce or secrets.token_hex(4)
        self._talk = Conversation(stateless=responses.extra_body.get("store") is False)
        self._sight: Sight | None = None
        self._held: tuple[Call, ...] = ()
        self._told = 0
        self._mistakes = 0

    @property
    def view(self) -> View:
        """The viewport's picture; the page's text is for the completion check."""
        return View(screenshots="viewport", budget_tokens=PAGE_TOKENS)

    @property
    def usage(self) -> Usage:
        """What the provider has counted."""
        return self._responses.usage

    async def decide(self, turn: Turn) -> Decision:
        """Answer the model's calls with what came of them, and read its next ones."""
        sight = self._sight = sight_of(turn.observation, LIMITS, self._sight)
        if self._held:
            return self._after_question(turn.answer)
        begun = self._talk.begun
        results = turn.history[-1] if len(turn.history) > self._told else ()
        self._told = len(turn.history)
        shown = self._talk.answer_results(results, turn, sight)
        news = news_text(turn, self._nonce)
        text = news if begun else f"{task_text(turn.goal, self._nonce)}\n\n{news}"
        self._talk.tell(text, None if shown else sight)
        looked = False
        mistake = ""
        while self._mistakes < _REPLIES:
            said = await self._ask(turn.goal, sight)
            mistake = said.mistake or self._mistake(said, turn.goal)
            if mistake:
                self._mistakes += 1
                self._talk.answer_all(f"Not done: {mistake}", sight)
                self._talk.tell(f"That could not be used: {mistake}. Nothing was done.")
            elif said.only_looks and not looked:
                # It wants to see the page, and the picture at hand is a moment old.
                looked = True
                self._talk.answer_all("", sight)
            else:
                self._mistakes = 0
                return self._decision(said)
        raise ModelUnusable(f"{_REPLIES} replies in a row could not be used; the last: {mistake}")

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Ask, in a conversation of its own, whether the goal is met."""
        talk = Conversation(stateless=True)
        return await judged(talk, partial(self._aside, talk), goal, evidence, LIMITS, self._nonce)

    async def propose_start(self, goal: Goal) -> str:
        """Ask the model for an address; "" where it knows none or says nothing usable."""
        talk = Conversation(stateless=True)
        return await proposed_start(talk, partial(self._aside, talk), goal)

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """Ask the model which error codes describe a failure; empty where it names none."""
        talk = Conversation(stateless=True)
        return await chosen_codes(talk, partial(self._aside, talk), goal, reason, page, self._nonce)

    async def close(self) -> None:
        """Close the connections."""
        await self._responses.close()

    async def _ask(self, goal: Goal, sight: Sight) -> Said:
        answer = await self._responses.ask(
            {
                **self._talk.request(),
                "tools": self._tools(goal),
                "instructions": instructions(self._nonce),
                "truncation": "auto",
            },
            images=self._talk.images,
        )
        said = said_in(answer, sight, goal)
        self._talk.heard(answer, said)
        return said

    async def _aside(self, talk: Conversation, system: str) -> str:
        request = {**talk.request(), "instructions": system}
        answer = await self._responses.ask(request, images=talk.images)
        items = objects(cleaned(answer["output"]))
        talk.heard(answer, Said(text_of(items), (), items=items))
        return text_of(items)

    def _tools(self, goal: Goal) -> list[dict[str, Any]]:
        computer = list(self._responses.extra_body.get("tools") or [{"type": "computer"}])
        functions = [
            {
                "type": "function",
                "name": extra.name,
                "description": extra.description,
                "parameters": extra.parameters,
                "strict": False,
            }
            for extra in extras(goal)
        ]
        return computer + functions

    def _mistake(self, said: Said, goal: Goal) -> str:
        if said.calls:
            return ""
        if said.text and not goal.output:
            return ""  # its last word; whether the goal is met is for the completion check
        return "no function was called; call finish, give_up or ask_user, or go on with the computer"

    def _decision(self, said: Said) -> Decision:
        if not said.calls:
            return Finish(thought=said.text, evidence=(said.text,), output=said.text)
        checks = [check for call in said.calls for check in call.checks]
        if checks:
            self._held = said.calls
            return AskUser(kind="confirm", text=_question(said, checks), thought=said.text)
        return self._carried_out(said.calls, said.text)

    def _carried_out(self, calls: tuple[Call, ...], thought: str) -> Decision:
        actions = tuple(action for call in calls for action in call.actions)
        if actions:
            return Act(actions=actions, thought=thought)
        end = next((call.end for call in calls if call.end), None)
        return end or Act(actions=(Wait(_LOOK_AGAIN_S),), thought=thought)

    def _after_question(self, answer: str) -> Decision:
        """Go on with calls whose safety checks a person was asked about."""
        held, self._held = self._held, ()
        if not _CONSENT.match(answer):
            return GiveUp(reason=f"a safety check of the model's provider was not agreed to: {answer!r}")
        self._talk.acknowledged = True
        return self._carried_out(held, "")


def _question(said: Said, checks: list[Any]) -> str:
    why = "; ".join(str(check.get("message") or check.get("code") or check.get("id")) for check in checks)
    what = "; ".join(str(action) for call in said.calls for action in call.actions)
    return f"The model's provider wants this confirmed before it goes on: {why}. It would: {what or 'end'}."
