"""A `ChatModel` over one provider: retries, dialects, and failures turned into sentences.

The ladder is `json_schema` -> `json_object` -> plain text. A server that rejects a rung, or answers
nothing on it, gets the next one; nobody is told, since the reply is read with the same care anyway.
Tools go down from `strict` to `loose`; who offers tools that are refused is told, since what is asked for in
JSON reads differently.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace

from engines.models import greeting
from engines.models.chat import Message, Reply, Tool
from engines.models.dialect import PROCESS, Dialect, Memory, lesser, next_form, room_in
from engines.models.failures import (
    CallFailed,
    ContextOverflow,
    ToolsRefused,
    as_model_error,
    refuses_to_stream,
)
from engines.models.fitting import fitted
from engines.models.patience import Patience
from engines.models.protocols.own_server import LONGER_CONTEXT
from engines.models.provider import Provider
from engines.models.tokens import estimated_prompt, words_of
from engines.output_spec import Schema
from engines.protocol import Usage

logger = logging.getLogger("agent_core." + __name__)

BLIND = (
    "{0} at {1} takes no pictures, so the work is done from the text of pages alone; serve a model that sees "
    "them (with llama.cpp: --mmproj), where a task needs eyes"
)
_NO_LIMIT = 10**9
_SHORTEST_CUT = 500
"""Tokens; a server that counts fewer counts something else."""


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
        self._forgoes_tools = False

    @property
    def sees_images(self) -> bool:
        """False once the endpoint has refused pictures."""
        return self._known.max_images != 0

    @property
    def calls_tools(self) -> bool:
        """Whether the profile says so and nothing has shown the contrary."""
        return not self._forgoes_tools and self._spoken(self._known).tools != "none"

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        return self._usage

    @property
    def _known(self) -> Dialect:
        return self._memory.of(self._provider.endpoint, self._provider.model)

    def _spoken(self, dialect: Dialect) -> Dialect:
        """The dialect with what it leaves to the profile."""
        profile = self._provider.profile
        return replace(
            dialect, tools=dialect.tools or profile.tools, wording=dialect.wording or profile.wording
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """That the model is blind, and that a prompt was cut."""
        blind = "" if self.sees_images else BLIND.format(self._provider.model, self._provider.endpoint)
        return tuple(filter(None, (blind, self._cut, self._guessed)))

    async def context_tokens(self) -> int:
        """The context length: from settings, else from the endpoint, else from the profile, else a guess.

        A server of one's own is greeted first, so that it loads the model: only then does it say how much
        it gives it, and a first token comes late only once. A model of which all is known, or told by the
        server, is not.
        """
        if self._context_tokens is None:
            await self._name_model()
            await self._meet()
            if self._provider.own_server and self._provider.profile.sees_images is False:
                self._learn_sight(sees=False)
            first = self._provider.own_server and not self._provider.profile.is_known
            if first and self._memory.meet(self._provider.endpoint, self._provider.model):
                await self._greet()
            self._context_tokens = (
                await self._asked_context()
                or self._provider.profile.context_tokens
                or self._provider.guessed_context_tokens
            )
        return self._context_tokens

    async def ask(
        self, messages: Sequence[Message], schema: Schema | None = None, tools: Sequence[Tool] = ()
    ) -> Reply:
        """Ask, in the richest dialect that the server is not known to reject."""
        await self._name_model()
        if tools and not self.calls_tools:
            raise ToolsRefused(f"{self._provider.endpoint} takes no tools")
        try:
            reply = await self._in_some_dialect(messages, schema, tools=tools)
            self._usage = self._usage.plus(reply.usage)
            self._notice_cut_prompt(messages, reply)
        except ContextOverflow as overflow:
            logger.info("The prompt is longer than the context of %s: %s", self._provider.endpoint, overflow)
            self._learn_limit(overflow.limit)
            raise
        return reply

    def forgo_tools(self) -> None:
        """Offer none any more; kept for the endpoint once it has answered without."""
        logger.info("%s at %s is asked without tools", self._provider.model, self._provider.endpoint)
        self._forgoes_tools = True

    async def close(self) -> None:
        """Close the provider's connections."""
        await self._provider.close()

    async def _meet(self) -> None:
        try:
            await self._provider.meet()
        except CallFailed as failed:
            # What is really wrong shows in the first call.
            logger.info("%s does not say who serves: %s", self._provider.endpoint, failed)

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
        """Have the server load the model, and learn whether it takes pictures, by one picture.

        A model is blind where the server rejects the picture, and where it counts next to nothing for it:
        then it has left it out without a word. Only after a rejection is it greeted in words.
        """
        rejected = False
        if self.sees_images:
            try:
                seen = await self._provider.call(
                    greeting.with_picture(), None, self._spoken(self._known), greeting.GREETING_TOKENS
                )
            except CallFailed as failed:
                if failed.kind == "timeout":
                    raise as_model_error(failed, self._provider.endpoint, self._provider.model) from failed
                logger.info("%s did not answer to a picture: %s", self._provider.endpoint, failed)
                self._note_failure()
                rejected = failed.kind in ("bad_request", "server_error", "context_length")
            else:
                self._usage = self._usage.plus(seen.usage)
                self._learn_sight(sees=greeting.was_seen(seen.usage.input_tokens))
                return
        answer = await self._in_some_dialect(greeting.in_words(), None, greeting.GREETING_TOKENS)
        self._usage = self._usage.plus(answer.usage)
        if rejected:
            self._learn_sight(sees=False)

    def _learn_sight(self, *, sees: bool) -> None:
        if not sees:
            blind = replace(self._known, max_images=0)
            self._memory.learn(self._provider.endpoint, self._provider.model, blind)

    async def _in_some_dialect(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        most_tokens: int | None = None,
        tools: Sequence[Tool] = (),
    ) -> Reply:
        dialect = self._known
        first: CallFailed | None = None
        shortened = False
        tried: set[Dialect] = set()
        while True:
            sent = fitted(messages, dialect)
            limit = min(most_tokens or self._provider.reply_tokens, dialect.most_reply_tokens or _NO_LIMIT)
            try:
                reply = await self._call(sent, schema, dialect, limit, tools)
            except CallFailed as failed:
                first = first or failed
                room = room_in(failed.message, limit) if failed.kind == "context_length" else None
                if room is not None and not shortened:
                    most_tokens, shortened = room, True
                    continue
                has_images = any(message.images for message in sent)
                next_one = self._after(failed, dialect, has_images, limit, bool(tools))
                tried.add(dialect)
                if next_one in tried:  # two protocols that each name the other
                    next_one = replace(next_one, tools="none") if tools else None
                if next_one is None:
                    raise as_model_error(first, self._provider.endpoint, self._provider.model) from failed
                if tools and next_one.tools == "none":
                    self.forgo_tools()
                    raise ToolsRefused(f"{self._provider.endpoint} takes no tools: {failed}") from failed
                logger.info("%s is asked again in another dialect: %s", self._provider.endpoint, next_one)
                dialect = next_one
                continue
            below = next_form(dialect.form, self._provider.forms) if schema is not None else None
            if below is not None and self._ignores_form(reply):
                self._usage = self._usage.plus(reply.usage)
                dialect = replace(dialect, form=below)
                logger.info("%s ignores the output format; asked again as %s", self._provider.endpoint, below)
                continue
            # An empty reply on the last rung says nothing about the rungs above it.
            if reply.text.strip() or reply.thinking or reply.calls:
                if self._forgoes_tools and schema is not None:
                    dialect = replace(dialect, tools="none")
                self._memory.learn(self._provider.endpoint, self._provider.model, dialect)
            return _with_the_answer_in_the_thinking(reply, schema)

    def _ignores_form(self, reply: Reply) -> bool:
        """Whether a reply shows that the rung it was asked for on is of no use there."""
        if not reply.text.strip():
            return True
        # Some servers take a form that they do not know and leave it out without a word.
        return self._provider.own_server and not reply.cut and "{" not in reply.text

    def _after(
        self, failed: CallFailed, dialect: Dialect, has_images: bool, limit: int, has_tools: bool
    ) -> Dialect | None:
        """The dialect to go on with after a failure; None where another one would not help."""
        spoken = self._spoken(dialect)
        if spoken.wording == "responses" and failed.kind == "address":
            return replace(dialect, wording="chat")
        if dialect.stream and (failed.kind == "malformed" or refuses_to_stream(failed.message)):
            return replace(dialect, stream=False)
        # Servers answer 500 to grammars and pictures that they cannot handle, and to real accidents.
        if failed.kind not in ("bad_request", "server_error"):
            return None
        found = lesser(
            spoken,
            failed.message,
            forms=self._provider.forms,
            has_images=has_images,
            asked_tokens=limit,
            has_tools=has_tools,
            blindly=failed.kind == "bad_request",
        )
        if found is None:
            return None
        # What was not changed is left to the profile, which may come to know more.
        tools = dialect.tools if found.tools == spoken.tools else found.tools
        wording = dialect.wording if found.wording == spoken.wording else found.wording
        return replace(found, tools=tools, wording=wording)

    async def _call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int,
        tools: Sequence[Tool],
    ) -> Reply:
        spoken = self._spoken(dialect)
        return await self._patience.ask(
            lambda: self._provider.call(messages, schema, spoken, most_tokens, tools), self._note_failure
        )

    def _note_failure(self) -> None:
        self._usage = self._usage.plus(Usage(failed_calls=1))

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
        characters = sum(len(words_of(message)) for message in messages)
        if _SHORTEST_CUT < counted < characters / 6:
            self._cut = (
                f"{self._provider.endpoint} cut the prompt to {counted} tokens of about "
                f"{estimated_prompt(messages)}, without a word; {LONGER_CONTEXT}"
            )
            raise ContextOverflow(self._cut, limit=counted)


def _with_the_answer_in_the_thinking(reply: Reply, schema: Schema | None) -> Reply:
    """The same reply; what it says is its thinking where a server puts all that a model says there.

    That is so only of a reply that has come to its end without a word beside its thinking, and, where JSON
    was asked for, with JSON as the last that was thought. Else the model has not answered yet.
    """
    if reply.text.strip() or reply.cut:
        return reply
    closed = schema is None or re.search(r"[}\]]\s*(?:```)?\s*\Z", reply.thinking)
    return replace(reply, text=reply.thinking) if closed else reply
