"""A `ChatModel` over one provider: retries, dialects, and failures turned into sentences.

The ladder is `json_schema` -> `json_object` -> plain text. A server that rejects a rung, or answers
nothing on it, gets the next one; nobody is told, since the reply is read with the same care anyway.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from browser.model.observation import Screenshot
from engines.models.chat import Message, Reply, added, estimated_prompt, estimated_tokens
from engines.models.dialect import PROCESS, Dialect, Form, Memory, lesser, next_form, room_in
from engines.models.failures import CallFailed, ContextOverflow, as_model_error, refuses_to_stream
from engines.models.patience import Patience
from engines.models.protocols.own_server import LONGER_CONTEXT
from engines.output_spec import Schema
from engines.protocol import Usage

logger = logging.getLogger("agent_core." + __name__)

GREETING = "Answer with the one word: ready"
"""What a server of one's own is asked first."""
GREETING_TOKENS = 16
BLIND = (
    "{0} at {1} takes no pictures, so the work is done from the text of pages alone; serve a model that sees "
    "them (with llama.cpp: --mmproj), where a task needs eyes"
)
_DOT_PX = 56
_NO_LIMIT = 10**9
_SHORTEST_CUT = 500
"""Tokens; a server that counts fewer counts something else."""


class Provider(Protocol):
    """One endpoint and model, spoken to in its protocol."""

    endpoint: str
    """Its address, as it is named to the user."""
    model: str
    """"" until `first_model` was asked."""
    forms: tuple[Form, ...]
    """The rungs that the protocol has, highest first."""
    guessed_context_tokens: int
    """What is assumed where neither settings nor endpoint say."""
    reply_tokens: int
    """The limit of a reply where nobody asks for less."""
    own_server: bool
    """Whether it may be anybody's server: cold, blind, and of a context that nobody knows."""

    async def call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int | None = None,
    ) -> Reply:
        """Ask once, for so many tokens at most. Raises CallFailed."""
        ...

    async def first_model(self) -> str:
        """The name of the first model that the endpoint offers. Raises CallFailed."""
        ...

    async def context_tokens(self) -> int | None:
        """The context length, where settings or endpoint say; None where not. Raises CallFailed."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class LadderedModel:
    """A model behind a provider's protocol."""

    def __init__(
        self, provider: Provider, *, memory: Memory = PROCESS, patience: Patience | None = None
    ) -> None:
        self._provider = provider
        self._memory = memory
        self._patience = patience or Patience()
        self._usage = Usage(model=provider.model)
        self._context_tokens: int | None = None
        self._cut = ""
        """What the caller is to know of a prompt that the server cut."""
        self._guessed = ""
        """What the caller is to know of a context length that could not be asked for."""

    @property
    def sees_images(self) -> bool:
        """False once the endpoint has refused pictures."""
        return self._known.max_images != 0

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        return self._usage

    @property
    def _known(self) -> Dialect:
        return self._memory.of(self._provider.endpoint, self._provider.model)

    @property
    def remarks(self) -> tuple[str, ...]:
        """That the model is blind, and that a prompt was cut."""
        blind = "" if self.sees_images else BLIND.format(self._provider.model, self._provider.endpoint)
        return tuple(filter(None, (blind, self._cut, self._guessed)))

    async def context_tokens(self) -> int:
        """The context length: from settings, else from the endpoint, else a careful guess.

        A server of one's own is greeted first, so that it loads the model: only then does it say how much
        it gives it, and a first token comes late only once.
        """
        if self._context_tokens is None:
            await self._name_model()
            if self._provider.own_server and self._memory.meet(self._provider.endpoint, self._provider.model):
                await self._greet()
            self._context_tokens = await self._asked_context() or self._provider.guessed_context_tokens
        return self._context_tokens

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """Ask, in the richest dialect that the server is not known to reject."""
        await self._name_model()
        try:
            reply = await self._in_some_dialect(messages, schema)
            self._usage = added(self._usage, reply.usage)
            self._notice_cut_prompt(messages, reply)
        except ContextOverflow as overflow:
            logger.info("The prompt is longer than the context of %s: %s", self._provider.endpoint, overflow)
            self._learn_limit(overflow.limit)
            raise
        return reply

    async def close(self) -> None:
        """Close the provider's connections."""
        await self._provider.close()

    async def _asked_context(self) -> int | None:
        """What settings or endpoint say, asked again where the endpoint was only too busy to answer."""
        try:
            return await self._patience.ask(self._provider.context_tokens)
        except CallFailed as failed:
            self._guessed = (
                f"{self._provider.endpoint} did not say how long the context of {self._provider.model} is "
                f"({failed.message}), so {self._provider.guessed_context_tokens} tokens are assumed; set "
                "model.context_tokens"
            )
            logger.info("%s", self._guessed)
            return None

    async def _greet(self) -> None:
        """Have the server load the model, and learn whether it takes pictures, by a tiny one.

        A model is blind where the server rejects the picture, and where it counts nothing for it: then it
        has left it out without a word.
        """
        words = await self._in_some_dialect([Message(role="user", text=GREETING)], None, GREETING_TOKENS)
        self._usage = added(self._usage, words.usage)
        if not self.sees_images:
            return
        shown = [Message(role="user", text=GREETING, images=(_dot(),))]
        try:
            seen = await self._provider.call(shown, None, self._known, GREETING_TOKENS)
        except CallFailed as failed:
            logger.info("%s did not answer to a picture: %s", self._provider.endpoint, failed)
            self._note_failure()
            sees = failed.kind not in ("bad_request", "server_error", "context_length")
        else:
            self._usage = added(self._usage, seen.usage)
            sees = seen.usage.input_tokens != words.usage.input_tokens
        if not sees:
            blind = replace(self._known, max_images=0)
            self._memory.learn(self._provider.endpoint, self._provider.model, blind)

    async def _in_some_dialect(
        self, messages: Sequence[Message], schema: Schema | None, most_tokens: int | None = None
    ) -> Reply:
        dialect = self._known
        first: CallFailed | None = None
        shortened = False
        while True:
            sent = _fitted(messages, dialect)
            limit = min(most_tokens or self._provider.reply_tokens, dialect.most_reply_tokens or _NO_LIMIT)
            try:
                reply = await self._call(sent, schema, dialect, limit)
            except CallFailed as failed:
                first = first or failed
                room = room_in(failed.message, limit) if failed.kind == "context_length" else None
                if room is not None and not shortened:
                    most_tokens, shortened = room, True
                    continue
                next_one = self._after(failed, dialect, any(message.images for message in sent), limit)
                if next_one is None:
                    raise as_model_error(first, self._provider.endpoint, self._provider.model) from failed
                logger.info("%s is asked again in another dialect: %s", self._provider.endpoint, next_one)
                dialect = next_one
                continue
            below = next_form(dialect.form, self._provider.forms) if schema is not None else None
            if below is not None and self._ignores_form(reply):
                self._usage = added(self._usage, reply.usage)
                dialect = replace(dialect, form=below)
                logger.info("%s ignores the output format; asked again as %s", self._provider.endpoint, below)
                continue
            # An empty reply on the last rung says nothing about the rungs above it.
            if reply.text.strip() or reply.thinking:
                self._memory.learn(self._provider.endpoint, self._provider.model, dialect)
            return _with_the_answer_in_the_thinking(reply, schema)

    def _ignores_form(self, reply: Reply) -> bool:
        """Whether a reply shows that the rung it was asked for on is of no use there."""
        if not reply.text.strip():
            return True
        # Some servers take a form that they do not know and leave it out without a word.
        return self._provider.own_server and not reply.cut and "{" not in reply.text

    def _after(self, failed: CallFailed, dialect: Dialect, has_images: bool, limit: int) -> Dialect | None:
        """The dialect to go on with after a failure; None where another one would not help."""
        if dialect.stream and (failed.kind == "malformed" or refuses_to_stream(failed.message)):
            return replace(dialect, stream=False)
        # Servers answer 500 to grammars and pictures that they cannot handle, and to real accidents.
        if failed.kind not in ("bad_request", "server_error"):
            return None
        return lesser(
            dialect,
            failed.message,
            forms=self._provider.forms,
            has_images=has_images,
            asked_tokens=limit,
            blindly=failed.kind == "bad_request",
        )

    async def _call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int,
    ) -> Reply:
        return await self._patience.ask(
            lambda: self._provider.call(messages, schema, dialect, most_tokens), self._note_failure
        )

    def _note_failure(self) -> None:
        self._usage = added(self._usage, Usage(failed_calls=1))

    def _learn_limit(self, limit: int | None) -> None:
        """Whoever asks for the context's length next is told no more than the server has shown to take."""
        if self._context_tokens is not None:
            known = limit if limit is not None and limit < self._context_tokens else self._context_tokens // 2
            self._context_tokens = max(known, 1)

    async def _name_model(self) -> None:
        if not self._provider.model:
            try:
                self._provider.model = await self._patience.ask(self._provider.first_model)
            except CallFailed as failed:
                raise as_model_error(failed, self._provider.endpoint, "its first model") from failed

    def _notice_cut_prompt(self, messages: Sequence[Message], reply: Reply) -> None:
        """Raise where the server has silently cut the prompt, as Ollama does.

        No text of a page has fewer than one token in six characters, by any tokenizer in use; a lower count
        means that the model has never seen the beginning.
        """
        counted = reply.usage.input_tokens
        characters = sum(len(message.text) for message in messages)
        if _SHORTEST_CUT < counted < characters / 6:
            self._cut = (
                f"{self._provider.endpoint} cut the prompt to {counted} tokens of about "
                f"{estimated_prompt(messages)}, without a word; {LONGER_CONTEXT}"
            )
            raise ContextOverflow(self._cut, limit=counted)


def _dot() -> Screenshot:
    """A tiny picture, of the size of the patches that models see by."""
    # Pillow takes a while to import, and only servers of one's own are shown this.
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (_DOT_PX, _DOT_PX), "red").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=_DOT_PX, height_px=_DOT_PX)


def _with_the_answer_in_the_thinking(reply: Reply, schema: Schema | None) -> Reply:
    """The same reply; what it says is its thinking where a server puts all that a model says there.

    That is so only of a reply that has come to its end without a word beside its thinking, and, where JSON
    was asked for, with JSON as the last that was thought. Else the model has not answered yet.
    """
    if reply.text.strip() or reply.cut:
        return reply
    closed = schema is None or re.search(r"[}\]]\s*(?:```)?\s*\Z", reply.thinking)
    return replace(reply, text=reply.thinking) if closed else reply


def reply_tokens(context_tokens: int) -> int:
    """How much of a context is kept free for the reply, where nobody says."""
    return min(16_384, context_tokens // 4)


def counted_or_estimated(usage: Usage, messages: Sequence[Message], text: str) -> Usage:
    """Usage with estimates in place of what the server did not count, so that budgets still hold."""
    return replace(
        usage,
        calls=1,
        input_tokens=usage.input_tokens or estimated_prompt(messages),
        output_tokens=usage.output_tokens or estimated_tokens(text),
        images=sum(len(message.images) for message in messages),
    )


def _fitted(messages: Sequence[Message], dialect: Dialect) -> list[Message]:
    fitted = list(messages)
    if dialect.max_images is not None:
        fitted = _with_at_most(fitted, dialect.max_images)
    if not dialect.system_role:
        fitted = _without_system_role(fitted)
    if not dialect.thinking_back:
        fitted = [replace(message, native=None) for message in fitted]
    return fitted


def _with_at_most(messages: list[Message], images: int) -> list[Message]:
    """The newest pictures are kept; a message that was nothing but an older one goes with it."""
    kept: list[Message] = []
    left = images
    for message in reversed(messages):
        mine = message.images[:left]
        left -= len(mine)
        if message.text or mine or not message.images:
            kept.append(replace(message, images=mine))
    return kept[::-1]


def _without_system_role(messages: list[Message]) -> list[Message]:
    if len(messages) < 2 or messages[0].role != "system":
        return messages
    system, user, *rest = messages
    return [replace(user, text=f"{system.text}\n\n{user.text}"), *rest]
