"""One conversation with a model over a whole run, in which one page stands in full.

What was done and said stays, word for word: calls of tools with their results, or answers in JSON. A page
is listed once, and what changes in it is told after it; when another page is listed, all that was listed
before becomes a line each. So the beginning of the conversation seldom changes from turn to turn, and a
provider's cache can serve it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from browser.model.observation import Screenshot
from browser.model.text import cut, squeeze
from engines.models.chat import (
    Message,
    Reply,
    Tool,
    ToolCall,
    ToolResult,
    estimated_tokens,
    estimated_tool_tokens,
)
from engines.prompts.templates import fenced

_LONGEST_THOUGHT = 600
"""Characters of a thought that is remembered."""
_LONGEST_REPLY = 2000
"""Characters of an old reply; long output is not needed again."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what the model was shown and what it answered."""

    text: str
    """The whole message of the turn, the page or its changes included; "" once that is not shown any more."""
    kept: str
    """What stays of it then."""
    images: tuple[Screenshot, ...] = ()
    results: tuple[ToolResult, ...] = ()
    """What became of the calls before it."""
    came: str = ""
    """The same in words, for where these calls are not shown as calls."""
    answer: str = ""
    thought: str = ""
    """What the answer says beside what is to be done."""
    calls: tuple[ToolCall, ...] = ()
    """Those of the answer."""
    native: Any = None
    unchanged: bool = False
    """Whether all that stood before the answer is still as it was when it was given."""


@dataclass
class Conversation:
    """System prompt, tools and goal, which never change, then exchange after exchange."""

    system: str
    goal: str
    tools: tuple[Tool, ...] = ()
    """What the model may call; (): it answers in JSON."""
    old: list[Exchange] = field(default_factory=list)
    left_out: int = 0
    """How many of the oldest exchanges are no longer there."""
    nonce: str = ""
    """Marks what may quote pages."""
    remembered: str = ""
    """What the model has written in the exchanges that are left out, as far as there is room."""

    def asking(self, new: Exchange, asides: list[tuple[Reply, str]]) -> list[Message]:
        """The messages that ask for the answer to `new`.

        `asides` are answers to it that could not be used, each with what was wrong: they are part of
        this one question only.
        """
        messages = [Message(role="system", text=self.system)]
        before: Exchange | None = None
        for exchange in (*self.old, new):
            called = bool(self.tools and before is not None and before.calls)
            words = exchange.text or exchange.kept
            if not called:
                words = "\n".join(filter(None, (exchange.came, words)))
            if before is None:
                words = "\n\n".join(filter(None, (self.goal, self._gap(), words)))
            asked = Message(
                role="user",
                text=words,
                images=exchange.images,
                results=exchange.results if called else (),
                stays=exchange is new or exchange is self._last_elided(),
            )
            messages.append(asked)
            if exchange is not new:
                messages.append(self._answer(exchange))
            before = exchange
        for number, (reply, complaint) in enumerate(asides):
            messages += self._aside(reply, complaint, len(messages) + number)
        return messages

    def add(self, exchange: Exchange, reply: Reply, thought: str = "") -> None:
        """Add a finished exchange to the history, without its pictures."""
        answer = reply.text
        if not reply.calls and len(answer) > _LONGEST_REPLY:
            answer = answer[:_LONGEST_REPLY] + " ...}"
        calls = self.named_apart(reply.calls)
        native = reply.native if calls else None
        unchanged = not exchange.images
        done = replace(exchange, images=(), answer=answer, thought=thought, calls=calls, native=native)
        self.old.append(replace(done, unchanged=unchanged))

    def named_apart(self, calls: tuple[ToolCall, ...]) -> tuple[ToolCall, ...]:
        """The calls under ids that no other call of the conversation has."""
        taken = {call.id for exchange in self.old for call in exchange.calls}
        apart: list[ToolCall] = []
        for at, call in enumerate(calls):
            # Nine letters and digits, since some servers take no other ids.
            fresh = f"turn{(self.left_out + len(self.old)) % 1000:03d}{at % 100:02d}"
            apart.append(replace(call, id=fresh if not call.id or call.id in taken else call.id))
            taken.add(apart[-1].id)
        return tuple(apart)

    def take_pages_out(self) -> None:
        """Show no older page any more, since another one is listed."""
        first = next((at for at, exchange in enumerate(self.old) if exchange.text), len(self.old))
        for at in range(first, len(self.old)):
            self.old[at] = replace(self.old[at], text="", unchanged=False)

    @property
    def listed_tokens(self) -> int:
        """About how many tokens the page that stands has, and the changes told after it; 0: there is none."""
        return sum(estimated_tokens(each.text) for each in self.old if each.text)

    def shorten(self, budget_tokens: int) -> None:
        """Leave out the page that stands, then the older half, again and again, until the past fits.

        Halves, not single exchanges: every cut costs the provider's cache, so cuts are rare. What the model
        wrote in them is kept, in a quarter of the budget.
        """
        if self.tokens + self.listed_tokens > budget_tokens:
            self.take_pages_out()
        while self.old and self.tokens > budget_tokens:
            gone = (len(self.old) + 1) // 2
            self.left_out += gone
            self._remember(self.old[:gone], budget_tokens // 4)
            self.old = [replace(exchange, unchanged=False) for exchange in self.old[gone:]]

    @property
    def tokens(self) -> int:
        """About how many tokens the exchanges that are over have without their pages."""
        return sum(_tokens(each) for each in self.old) + estimated_tokens(self.remembered)

    @property
    def fixed_tokens(self) -> int:
        """About how many tokens that has which never changes."""
        tools = sum(map(estimated_tool_tokens, self.tools))
        return estimated_tokens(self.system) + estimated_tokens(self.goal) + tools

    def _gap(self) -> str:
        if not self.left_out:
            return ""
        gap = f"(The first {self.left_out} turns are left out here.)"
        return (
            f"{gap}\nWhat you wrote in them:\n{fenced(self.remembered, self.nonce)}"
            if self.remembered
            else gap
        )

    def _remember(self, gone: Sequence[Exchange], budget_tokens: int) -> None:
        """Keep what the model wrote; where there is no room for all of it, what it wrote last."""
        lines = [*self.remembered.splitlines(), *(squeeze(each.thought) for each in gone)]
        kept = [cut(line, _LONGEST_THOUGHT) for line in lines if line]
        while kept and estimated_tokens("\n".join(kept)) > budget_tokens:
            del kept[0]
        self.remembered = "\n".join(kept)

    def _last_elided(self) -> Exchange | None:
        """The newest exchange whose page is not shown any more: what stands before that stays as it is."""
        return next((each for each in reversed(self.old) if not each.text), None)

    def _answer(self, exchange: Exchange) -> Message:
        if self.tools and exchange.calls:
            return Message(
                role="assistant",
                text=exchange.answer,
                calls=exchange.calls,
                native=exchange.native,
                thinking_holds=exchange.unchanged,
            )
        return Message(role="assistant", text=_in_json(exchange) or "(nothing)")

    def _aside(self, reply: Reply, complaint: str, number: int) -> Iterator[Message]:
        """An answer that could not be used, and why; each of its calls gets a result."""
        if not (self.tools and reply.calls):
            native = reply.native if reply.text else None
            yield Message(role="assistant", text=reply.text or "(nothing)", native=native)
            yield Message(role="user", text=complaint)
            return
        calls = tuple(replace(call, id=f"again{number:02d}{at:02d}") for at, call in enumerate(reply.calls))
        yield Message(role="assistant", text=reply.text, calls=calls, native=reply.native)
        results = [
            ToolResult(id=call.id, text=NOT_DONE_EITHER if at else complaint, failed=True)
            for at, call in enumerate(calls)
        ]
        yield Message(role="user", text="", results=tuple(results))


NOT_DONE_EITHER = "Not done, since another call of the same answer could not be used."


def _tokens(exchange: Exchange) -> int:
    said = estimated_tokens(exchange.kept) + estimated_tokens(_in_json(exchange))
    return said + (estimated_tokens(exchange.came) if exchange.came else 0)


def _in_json(exchange: Exchange) -> str:
    """The answer as a text: as it was said, or its calls as an answer in JSON would have said them."""
    if not exchange.calls:
        return exchange.answer
    calls = [
        {"action": call.name, **(call.arguments if isinstance(call.arguments, dict) else {})}
        for call in exchange.calls
    ]
    return json.dumps({"thought": exchange.answer, "actions": calls}, ensure_ascii=False)
