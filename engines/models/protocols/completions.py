"""Chat completions: messages and tools as the protocol has them, and a reply as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from browser.model.text import well_formed, without_lone_surrogates
from engines.models.chat import Message, Tool, ToolCall
from engines.models.profiles import ToolForm
from engines.models.protocols.incoming import Incoming
from engines.models.protocols.tool_schemas import all_required, typed
from engines.models.protocols.wire import (
    Ending,
    arguments_in,
    call_arguments,
    count,
    data_url,
    decoded,
    ending_of,
    is_json_object,
    mapping,
    mappings,
    text_in,
    thinking_in,
    thought_in,
)
from engines.models.transport.error_bodies import raise_where_error


class IncomingCompletion(Incoming):
    """What has come of a completion so far."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.thinking: list[str] = []
        self.refusal = ""
        self.ending: Ending | None = None
        """None: the server has not said why the reply ended."""
        self.input_tokens = self.cached_tokens = self.cache_write_tokens = self.output_tokens = 0
        self._calls: list[_Call] = []
        self._choice = ""
        """Index of the one choice that is listened to; "" before there is any."""

    @property
    def has_ending(self) -> bool:
        """Whether a choice had a `finish_reason`."""
        return self.ending is not None

    @property
    def has_begun(self) -> bool:
        """Whether the model has said, called or refused anything."""
        return super().has_begun or bool(self._calls or self.refusal)

    def add(self, event: Any) -> None:
        """Take in one event of a stream, or a whole reply."""
        event = mapping(event)
        self._count(mapping(event.get("usage")))
        for place, choice in enumerate(mappings(event.get("choices"))):
            raise_where_error({"error": choice.get("error")}, begun=True)
            index = str(place if choice.get("index") is None else choice["index"])
            self._choice = self._choice or index
            if index != self._choice:
                continue
            said = choice.get("delta")
            if not said and not (
                "delta" in choice and self.characters
            ):  # beside a delta: all there is so far
                said = choice.get("message")
            if said is not None or "text" in choice or choice.get("finish_reason"):
                self._is_reply = True
            self._say(mapping(said) or choice if not isinstance(said, str) else {"content": said})
            if choice.get("finish_reason"):
                self.ending = ending_of(choice["finish_reason"])

    def answer(self) -> str:
        """The text; else native tool calls as text; else thinking that is nothing but a JSON object.

        Servers that constrain a thinking model put the constrained JSON where the thinking goes.
        """
        text = without_lone_surrogates("".join(self.text))
        if text.strip():
            return text
        if self._calls:
            return "\n".join(call.as_text() for call in self._calls)
        thinking = without_lone_surrogates("".join(self.thinking))
        return thinking if is_json_object(thinking) else ""

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls, each with an id that no other of them has."""
        return tuple(call.as_tool_call(number) for number, call in enumerate(self._calls))

    def _is_closed(self) -> bool:
        if self._calls and not "".join(self.text).strip():
            return all(is_json_object("".join(call.arguments)) for call in self._calls)
        return super()._is_closed()

    def _say(self, said: Mapping[str, Any]) -> None:
        content = said.get("content")
        text = text_in(content if content is not None else said.get("text"))
        thought = thinking_in(content) + next(
            (found for key in ("reasoning_content", "reasoning", "thinking", "reasoning_details")
             if (found := thought_in(said.get(key)))), ""
        )  # fmt: skip
        self.text.append(text)
        self.thinking.append(thought)
        self.characters += len(text) + len(thought)
        self.refusal += text_in(said.get("refusal"))
        for piece in (*mappings(said.get("tool_calls")), *mappings(said.get("function_call"))):
            self._call(piece)

    def _call(self, piece: Mapping[str, Any]) -> None:
        """Take in a piece of a tool call: of one that has begun, or the beginning of the next.

        Servers let several calls share an index, give none, or repeat the name in every piece.
        """
        function = mapping(piece.get("function")) or piece
        name = text_in(function.get("name"))
        arguments = arguments_in(function.get("arguments"))
        index, identity = piece.get("index"), piece.get("id")
        call = next((each for each in reversed(self._calls) if index is None or each.index == index), None)
        if call is None or call.ends_before(name, identity):
            call = _Call(index, identity)
            self._calls.append(call)
        call.name = call.name or name
        call.identity = call.identity or identity
        call.more |= {key: value for key, value in piece.items() if key not in _OWN_KEYS}
        if arguments:
            call.arguments.append(arguments)
        self.characters += len(arguments)

    def _count(self, usage: Mapping[str, Any]) -> None:
        self.input_tokens = (
            count(usage.get("prompt_tokens")) or count(usage.get("input_tokens")) or self.input_tokens
        )
        self.output_tokens = (
            count(usage.get("completion_tokens")) or count(usage.get("output_tokens")) or self.output_tokens
        )
        details = mapping(usage.get("prompt_tokens_details"))
        self.cached_tokens = count(details.get("cached_tokens")) or self.cached_tokens
        self.cache_write_tokens = count(details.get("cache_write_tokens")) or self.cache_write_tokens


class _Call:
    """A tool call whose pieces are coming."""

    def __init__(self, index: object, identity: object) -> None:
        self.index, self.identity = index, identity
        self.name = ""
        self.arguments: list[str] = []
        self.more: dict[str, Any] = {}
        """What else the server says of it: a signature that has to come back with it, say."""

    def as_tool_call(self, number: int) -> ToolCall:
        """The call with the arguments as far as they can be read."""
        written = without_lone_surrogates(call_arguments("".join(self.arguments)))
        arguments = decoded(written) if written.strip() else {}
        return ToolCall(
            id=str(self.identity or f"call{number:05d}"),
            name=without_lone_surrogates(self.name),
            arguments=well_formed(arguments) if isinstance(arguments, dict) else written,
            native=self.more or None,
        )

    def ends_before(self, name: str, identity: object) -> bool:
        """Whether a piece with this name and id belongs to another call."""
        if identity and self.identity:
            return identity != self.identity
        if not name or not self.name:
            return False
        return name != self.name or (len(self.arguments) == 1 and decoded(self.arguments[0]) is not None)

    def as_text(self) -> str:
        """The call as a reply in text would say it."""
        return json.dumps(
            {
                "name": without_lone_surrogates(self.name),
                "arguments": without_lone_surrogates(call_arguments("".join(self.arguments))),
            }
        )


_OWN_KEYS = frozenset({"index", "id", "type", "function", "name", "arguments"})
"""Keys of a call that the protocol gives it."""


def offered(tool: Tool, form: ToolForm | None) -> dict[str, Any]:
    """A tool as it is offered."""
    bound = all_required(tool.parameters) if form == "strict" else None
    guiding = typed(tool.parameters) if form == "typed" else dict(tool.parameters)
    function: dict[str, Any] = {"name": tool.name}
    function |= {"description": tool.description} if tool.description else {}
    function |= {"parameters": guiding} if bound is None else {"parameters": bound, "strict": True}
    return {"type": "function", "function": function}


def wired(message: Message) -> Iterator[dict[str, Any]]:
    """The messages of the protocol that a message comes to: results first, each as one of its own."""
    for result in message.results:
        yield {"role": "tool", "tool_call_id": result.id, "content": result.text}
    if message.calls:
        calls = [
            {**(call.native or {}), "id": call.id, "type": "function",
             "function": {"name": call.name, "arguments": call.as_json}}
            for call in message.calls
        ]  # fmt: skip
        yield {"role": message.role, "content": message.text or None, "tool_calls": calls}
    # Text-only servers take a string and reject a list of parts, so that is for pictures alone.
    elif message.images:
        pictures = [{"type": "image_url", "image_url": {"url": data_url(image)}} for image in message.images]
        words = [{"type": "text", "text": message.text}] if message.text else []
        yield {"role": message.role, "content": [*words, *pictures]}
    elif message.text or not message.results:
        yield {"role": message.role, "content": message.text}
