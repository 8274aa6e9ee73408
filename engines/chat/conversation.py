"""One conversation with a model over a whole run, in which one page stands in full.

What was done and said stays, word for word: calls of tools with their results, or answers in JSON. A page
is listed once, and what changes in it is told after it; when another page is listed, all that was listed
before becomes a line each. What the model has looked for stays as long as there is room, and what it wrote
down stays for good. So the beginning of the conversation seldom changes from turn to turn, and a
provider's cache can serve it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from browser.model.observation import Screenshot
from browser.model.text import cut, squeeze
from engines.action_codec.memory import MEMORY, is_note, joined
from engines.models.chat import Message, Reply, Tool, ToolCall, ToolResult
from engines.models.tokens import estimated_tokens, estimated_tool_tokens
from engines.prompts.templates import fenced

_LONGEST_THOUGHT = 600
"""Characters of a thought that is remembered."""
_SHARE_OF_MEMORY = 4
"""Of what the past may take, one part in so many is for what was written down, and one for thoughts."""
_NO_ROOM = "(older lines had no room)"
_LONGEST_REPLY = 2000
"""Characters of an old reply; long output is not needed again."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: what the model was shown and what it answered."""

    text: str
    """The whole message of the turn, the page or its changes included; "" once that is not shown any more."""
    kept: str
    """What stays of it then."""
    read: str = ""
    """What was looked for and found: it stays, too, as long as there is room."""
    read_refs: frozenset[str] = frozenset()
    """The refs that can be read in that."""
    images: tuple[Screenshot, ...] = ()
    results: tuple[ToolResult, ...] = ()
    """What became of the calls before it."""
    came: str = ""
    """The same in words, for where these calls are not shown as calls."""
    answer: str = ""
    thought: str = ""
    """What the answer says beside what is to be done."""
    memory: str = ""
    """What the model wrote down with it."""
    calls: tuple[ToolCall, ...] = ()
    """Those of the answer."""
    native: Any = None
    unchanged: bool = False
    """Whether all that stood before the answer is still as it was when it was given."""

    @property
    def words(self) -> str:
        """The message of the turn, as it is shown now."""
        return self.text or "\n".join(filter(None, (self.kept, self.read)))


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
    memory: str = ""
    """What it wrote down, where no exchange shows that any more; the oldest goes where there is no room."""

    def asking(self, new: Exchange, asides: list[tuple[Reply, str]]) -> list[Message]:
        """The messages that ask for the answer to `new`.

        `asides` are answers to it that could not be used, each with what was wrong: they are part of
        this one question only.
        """
        messages = [Message(role="system", text=self.system)]
        before: Exchange | None = None
        for exchange in (*self.old, new):
            called = bool(self.tools and before is not None and before.calls)
            words = exchange.words
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

    def add(self, exchange: Exchange, reply: Reply, thought: str = "", memory: str = "") -> None:
        """Add a finished exchange to the history, without its pictures."""
        answer = reply.text
        if not reply.calls and len(answer) > _LONGEST_REPLY:
            answer = answer[:_LONGEST_REPLY] + " ...}"
            self.memory, memory = joined(self.memory, memory), ""
        calls = self.named_apart(reply.calls)
        native = reply.native if calls else None
        unchanged = not exchange.images
        done = replace(exchange, images=(), answer=answer, thought=thought, memory=memory)
        self.old.append(replace(done, calls=calls, native=native, unchanged=unchanged))

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
        return sum(
            estimated_tokens(each.text) - len(each.read.encode()) // 3 for each in self.old if each.text
        )

    @property
    def read_refs(self) -> frozenset[str]:
        """The refs in all that was looked for and is still shown."""
        return frozenset[str]().union(*(each.read_refs for each in self.old))

    @property
    def readings(self) -> tuple[str, ...]:
        """All that was looked for and is still shown."""
        return tuple(each.read for each in self.old if each.read)

    @property
    def written_down(self) -> str:
        """All that the model has written down so far."""
        return joined(self.memory, *(each.memory for each in self.old))

    def shorten(self, budget_tokens: int) -> None:
        """Leave out the page that stands, then what was read, then the older half, until the past fits.

        Halves, not single exchanges: every cut costs the provider's cache, so cuts are rare. What the model
        wrote in them is kept.
        """
        self._keep_memory(self.memory.splitlines(), budget_tokens // _SHARE_OF_MEMORY)
        if self.tokens + self.listed_tokens > budget_tokens:
            self.take_pages_out()
        self._take_readings_out(budget_tokens)
        while self.old and self.tokens > budget_tokens:
            gone = (len(self.old) + 1) // 2
            self.left_out += gone
            self._remember(self.old[:gone], budget_tokens // _SHARE_OF_MEMORY)
            self.old = [replace(exchange, unchanged=False) for exchange in self.old[gone:]]

    def _take_readings_out(self, budget_tokens: int) -> None:
        """Leave out the older half of what was looked for, again and again, until the past fits."""
        while self.tokens > budget_tokens:
            reading = [at for at, exchange in enumerate(self.old) if exchange.read]
            if not reading:
                return
            for at in reading[: (len(reading) + 1) // 2]:
                self.old[at] = replace(self.old[at], read="", read_refs=frozenset())
            first = reading[0]
            self.old[first:] = [replace(exchange, unchanged=False) for exchange in self.old[first:]]

    @property
    def tokens(self) -> int:
        """About how many tokens the exchanges that are over have without their pages."""
        kept = estimated_tokens(self.remembered) + estimated_tokens(self.memory)
        return sum(_tokens(each) for each in self.old) + kept

    @property
    def fixed_tokens(self) -> int:
        """About how many tokens that has which never changes."""
        tools = sum(map(estimated_tool_tokens, self.tools))
        return estimated_tokens(self.system) + estimated_tokens(self.goal) + tools

    def _gap(self) -> str:
        """What stands in the place of what is not shown any more."""
        parts = [f"(The first {self.left_out} turns are left out here.)"] if self.left_out else []
        if self.remembered:
            parts.append(f"What you wrote in them:\n{fenced(self.remembered, self.nonce)}")
        if self.memory:
            parts.append(f"Your memory:\n{fenced(self.memory, self.nonce)}")
        return "\n".join(parts)

    def _remember(self, gone: Sequence[Exchange], budget_tokens: int) -> None:
        """Keep what was thought and written down; of each what came last, where there is no room for all."""
        thoughts = [*self.remembered.splitlines(), *(squeeze(each.thought) for each in gone)]
        kept = last_that_fit([cut(line, _LONGEST_THOUGHT) for line in thoughts if line], budget_tokens)
        self.remembered = "\n".join(kept)
        lines = joined(self.memory, *(each.memory for each in gone)).splitlines()
        self._keep_memory(lines, budget_tokens)

    def _keep_memory(self, lines: Sequence[str], budget_tokens: int) -> None:
        """Keep what was written down, or what came last of it."""
        kept = last_that_fit([cut(line, budget_tokens * 3 // 4) for line in lines], budget_tokens)
        self.memory = joined(_NO_ROOM if len(kept) < len(lines) else "", *kept)

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


def last_that_fit(lines: Sequence[str], budget_tokens: int) -> list[str]:
    """The last of the lines, as many as fit."""
    left, first = budget_tokens, len(lines)
    while first and (left := left - estimated_tokens(lines[first - 1])) >= 0:
        first -= 1
    return list(lines[first:])


def _tokens(exchange: Exchange) -> int:
    said = estimated_tokens(exchange.kept) + estimated_tokens(_in_json(exchange))
    said += len(exchange.read.encode()) // 3
    return said + (estimated_tokens(exchange.came) if exchange.came else 0)


def _in_json(exchange: Exchange) -> str:
    """The answer as a text: as it was said, or its calls as an answer in JSON would have said them."""
    if not exchange.calls:
        return exchange.answer
    calls = [
        {"action": call.name, **(call.arguments if isinstance(call.arguments, dict) else {})}
        for call in exchange.calls
        if not is_note(call.name)
    ]
    noted = {MEMORY: exchange.memory} if len(calls) < len(exchange.calls) else {}
    return json.dumps({"thought": exchange.answer, **noted, "actions": calls}, ensure_ascii=False)
