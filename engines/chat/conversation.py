"""One conversation with a model over a whole run, in which one page stands in full.

What was done and said stays, word for word. A page is listed once, and what changes in it is told after
it; when another page is listed, all that was listed before becomes a line each. So the beginning of the
conversation seldom changes from turn to turn, and a provider's cache can serve it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from browser.model.observation import Screenshot
from engines.models.chat import Message, Reply, estimated_tokens

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
    answer: str = ""


@dataclass
class Conversation:
    """System prompt and goal, then exchange after exchange."""

    system: str
    goal: str
    old: list[Exchange] = field(default_factory=list)
    left_out: int = 0
    """How many of the oldest exchanges are no longer there."""

    def asking(self, new: Exchange, asides: list[tuple[Reply, str]]) -> list[Message]:
        """The messages that ask for the answer to `new`.

        `asides` are answers to it that could not be used, each with what was wrong: they are part of
        this one question only.
        """
        texts = [*(exchange.text or exchange.kept for exchange in self.old), new.text]
        texts[0] = "\n\n".join(filter(None, (self.goal, self._gap(), texts[0])))
        messages = [Message(role="system", text=self.system)]
        for exchange, text in zip(self.old, texts, strict=False):
            messages.append(Message(role="user", text=text))
            messages.append(Message(role="assistant", text=exchange.answer))
        messages.append(Message(role="user", text=texts[-1], images=new.images))
        for reply, complaint in asides:
            messages.append(Message(role="assistant", text=reply.text or "(nothing)", native=_native(reply)))
            messages.append(Message(role="user", text=complaint))
        return messages

    def add(self, exchange: Exchange, answer: str) -> None:
        """Add a finished exchange to the history, without its pictures."""
        short = answer if len(answer) <= _LONGEST_REPLY else answer[:_LONGEST_REPLY] + " ...}"
        self.old.append(replace(exchange, images=(), answer=short or "(nothing)"))

    def take_pages_out(self) -> None:
        """Show no older page any more, since another one is listed."""
        self.old = [replace(exchange, text="") for exchange in self.old]

    @property
    def listed_tokens(self) -> int:
        """About how many tokens the page that stands has, and the changes told after it; 0: there is none."""
        return sum(estimated_tokens(each.text) for each in self.old if each.text)

    def shorten(self, budget_tokens: int) -> None:
        """Leave out the page that stands, then the older half, again and again, until the past fits.

        Halves, not single exchanges: every cut costs the provider's cache, so cuts are rare.
        """
        if self.tokens + self.listed_tokens > budget_tokens:
            self.take_pages_out()
        while self.old and self.tokens > budget_tokens:
            gone = (len(self.old) + 1) // 2
            self.left_out += gone
            del self.old[:gone]

    @property
    def tokens(self) -> int:
        """About how many tokens the exchanges that are over have without their pages."""
        return sum(estimated_tokens(each.kept) + estimated_tokens(each.answer) for each in self.old)

    def _gap(self) -> str:
        return f"(The first {self.left_out} turns are left out here.)" if self.left_out else ""


def _native(reply: Reply) -> object:
    return reply.native if reply.text else None
