"""A loopback server that speaks the providers' protocols, scripted by a test.

    with FakeProvider([Say('{"actions": []}')]) as provider:
        settings = provider.openai()          # or provider.anthropic()

It answers `/v1/chat/completions` (JSON, or SSE where `stream` is asked for), `/v1/messages` and
`/v1/responses` (the same), and `/v1/models`. What a real server would reject in a request is kept in `problems`, which `with` checks
at its end. Rules play the dialects: each sees the body first and may answer instead of the script.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from PIL import Image

from engines.models.greeting import GREETING
from engines.protocol import ModelSettings
from tests.support import tool_protocols
from tests.support.model_server import ModelHandler, ModelServer


@dataclass(frozen=True)
class Say:
    """The model says this."""

    text: str = ""
    finish: str = "stop"
    """`stop`, `length`, `content_filter`/`refusal`, in the words of the chat-completions protocol."""
    thinking: str = ""
    refusal: str = ""
    tool: tuple[str, str] | None = None
    """A native tool call, name and arguments, though nobody offered a tool."""
    calls: tuple[Mapping[str, Any], ...] = ()
    """Native tool calls, as `call` makes them."""
    input_tokens: int | None = None
    cached_tokens: int = 0
    written_tokens: int = 0
    """Counted as written to the cache."""
    usage: bool = True
    """False: nothing is counted, as by some local servers."""


def call(name: str, arguments: Mapping[str, Any] | str = "", id_: str = "new", **more: Any) -> dict[str, Any]:
    """A native tool call.

    Args:
        arguments: An object, or the text in which the model wrote it.
        id_: "new": one that no other call has; "": none.
        more: What the server says of it besides.
    """
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"name": name, "arguments": written or "{}", "id": id_, "more": more}


@dataclass(frozen=True)
class Fail:
    """The server answers with an error."""

    status: int
    message: str = "no"
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """The server accepts the request and then says nothing until the test is over."""

    after: str = ""
    """What of a streamed reply is said before."""


@dataclass(frozen=True)
class Page:
    """Something else answers there, with a status of success."""

    body: str = "<!doctype html><title>A web page</title>"
    media_type: str = "text/html"


@dataclass(frozen=True)
class Break:
    """The connection ends in the middle of a streamed reply."""

    after: str = '{"thou'


@dataclass(frozen=True)
class Endless:
    """A streamed reply that goes on until the client has had enough."""

    piece: str = "and so on "


Answer = Say | Fail | Hang | Break | Page | Endless
Rule = Callable[[dict[str, Any]], Fail | None]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages, the system's first, whatever the protocol."""
        if self.path.endswith("/responses"):
            return tool_protocols.messages_of(self.body)
        system = self.body.get("system")
        first = [{"role": "system", "content": system}] if system else []
        return [*first, *self.body["messages"]]

    def text(self, index: int = -1) -> str:
        """All text of one message."""
        return text_of(self.messages[index]["content"])

    @property
    def tools(self) -> dict[str, dict[str, Any]]:
        """What is offered, by name, the schema of the arguments under `parameters`."""
        offered = [tool.get("function", tool) for tool in self.body.get("tools", ())]
        return {
            tool["name"]: {"parameters": tool.get("parameters") or tool["input_schema"], **tool}
            for tool in offered
        }

    @property
    def results(self) -> list[tuple[str, str]]:
        """The results of calls in it, oldest first: id and text."""
        return tool_protocols.results_of(self.path, self.body)

    @property
    def images(self) -> list[Image.Image]:
        """Every picture in the request, decoded."""
        return [picture for message in self.messages for picture in images_of(message["content"])]


class FakeProvider(ModelServer):
    """The server. `answers` is played in order, or a function of the request."""

    def __init__(
        self,
        answers: Iterable[Answer] | Callable[[Asked], Answer],
        *,
        rules: Iterable[Rule] = (),
        models: Iterable[Mapping[str, Any]] = ({"id": "fake-model"},),
        streams: bool = True,
        tells: Mapping[str, Any] | None = None,
        counts_images: bool = True,
        responds: bool = True,
    ) -> None:
        """Say how it answers.

        Args:
            tells: Path -> JSON of what the server answers beside the protocol.
            counts_images: False: pictures are left out without a word.
            responds: False: there is no Responses protocol.
        """
        super().__init__(_Handler)
        self._script = answers if callable(answers) else iter(list(answers))
        self._rules = tuple(rules)
        self.models = [dict(model) for model in models]
        self.streams = streams
        self.tells = dict(tells or {})
        self.counts_images = counts_images
        self.responds = responds
        self.greeted: list[Asked] = []
        """The requests with which a client says hello, which are answered beside the script."""
        self.asked: list[Asked] = []
        """The requests for a reply, oldest first."""
        self.was_asked = threading.Event()
        self._lock = threading.Lock()
        self._calls = 0

    def openai(self, **settings: Any) -> ModelSettings:
        """Settings that reach it by chat completions."""
        given = {"model_name": "fake-model", "base_url": f"{self.url}/v1", "api_key": "sk-test", **settings}
        return ModelSettings(provider="openai", **given)

    def numbered(self, say: Say) -> Say:
        """The reply, each of its new calls under an id of its own."""
        calls = []
        for each in say.calls:
            self._calls += 1
            calls.append({**each, "id": f"call_{self._calls}" if each["id"] == "new" else each["id"]})
        return replace(say, calls=tuple(calls))

    def anthropic(self, **settings: Any) -> ModelSettings:
        """Settings that reach it by the messages protocol."""
        given = {"model_name": "fake-model", "base_url": self.url, "api_key": "sk-test", **settings}
        return ModelSettings(provider="anthropic", **given)

    def answer(self, asked: Asked) -> Answer:
        """What comes next."""
        with self._lock:
            greeting = asked.text() == GREETING
            (self.greeted if greeting else self.asked).append(asked)
            self.was_asked.set()
            for rule in self._rules:
                refused = rule(asked.body)
                if refused is not None:
                    return refused
            if greeting:
                return Say("ready")
            if callable(self._script):
                answer = self._script(asked)
            else:
                answer = next(self._script, Fail(500, "the script of the test is over"))
            return self.numbered(answer) if isinstance(answer, Say) else answer


# Rules: dialects of servers that people really meet.


def refuses_json_schema(body: dict[str, Any]) -> Fail | None:
    """An older server that knows `json_object` only."""
    kind = (body.get("response_format") or {}).get("type")
    return (
        Fail(400, "'response_format.type' must be 'json_object' or 'text'") if kind == "json_schema" else None
    )


def refuses_json_object(body: dict[str, Any]) -> Fail | None:
    """LM Studio."""
    kind = (body.get("response_format") or {}).get("type")
    return (
        Fail(400, "'response_format.type' must be 'json_schema' or 'text'") if kind == "json_object" else None
    )


def refuses_response_format(body: dict[str, Any]) -> Fail | None:
    """A proxy that knows no such field and does not say which one it means."""
    return Fail(400, "Extra inputs are not permitted") if "response_format" in body else None


def refuses_output_config(body: dict[str, Any]) -> Fail | None:
    """A messages endpoint without structured outputs."""
    return (
        Fail(400, "output_config.format: not supported for this model") if "output_config" in body else None
    )


def refuses_images(body: dict[str, Any]) -> Fail | None:
    """A text-only model."""
    if any(images_of(message["content"]) for message in body["messages"]):
        return Fail(422, "this model does not support image input")
    return None


def refuses_lists_of_parts(body: dict[str, Any]) -> Fail | None:
    """A server that takes nothing but strings."""
    if any(isinstance(message["content"], list) for message in body["messages"]):
        return Fail(400, "json: cannot unmarshal array into Go struct field Message.content of type string")
    return None


def takes_one_image(body: dict[str, Any]) -> Fail | None:
    """vLLM as it starts."""
    count = sum(len(images_of(message["content"])) for message in body["messages"])
    return Fail(400, "At most 1 image(s) may be provided in one request.") if count > 1 else None


def refuses_system_role(body: dict[str, Any]) -> Fail | None:
    """The chat templates of some open models."""
    if any(message["role"] == "system" for message in body["messages"]):
        return Fail(400, "System role not supported")
    return None


def refuses_max_tokens(body: dict[str, Any]) -> Fail | None:
    """Reasoning models of the official endpoint."""
    if "max_tokens" in body:
        return Fail(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    return None


def refuses_temperature(body: dict[str, Any]) -> Fail | None:
    """Current models of both providers."""
    return Fail(400, "'temperature' does not support this value") if "temperature" in body else None


def refuses_tools(body: dict[str, Any]) -> Fail | None:
    """vLLM as it starts."""
    words = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
    return Fail(400, words) if "tools" in body else None


def refuses_strict_tools(body: dict[str, Any]) -> Fail | None:
    """Anthropic, where the schemas of all tools together are too much."""
    strict = [tool for tool in body.get("tools", ()) if tool.get("function", tool).get("strict")]
    return Fail(400, "The compiled grammar is too large") if strict else None


def refuses_tools_in_chat(body: dict[str, Any]) -> Fail | None:
    """Reasoning models of OpenAI."""
    words = "Function tools with reasoning_effort are not supported for gpt-5.6-sol in /v1/chat/completions. "
    words += "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
    return Fail(400, words) if "tools" in body and "messages" in body else None


def text_of(content: Any) -> str:
    """The text of a message's content, a string or a list of parts."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part.get("type") in ("text", "input_text"))


def images_of(content: Any) -> list[Image.Image]:
    """The pictures of a message's content, decoded."""
    if content is None or isinstance(content, str):
        return []
    found = []
    for part in content:
        if part.get("type") == "image_url":
            found.append(part["image_url"]["url"].split(",", 1)[1])
        elif part.get("type") == "input_image":
            found.append(part["image_url"].split(",", 1)[1])
        elif part.get("type") == "image":
            found.append(part["source"]["data"])
    return [Image.open(io.BytesIO(base64.b64decode(data))) for data in found]


def _problems(path: str, body: dict[str, Any]) -> list[str]:
    """What a real server would reject."""
    if path.endswith("/responses"):
        return tool_protocols.responses_problems(body)
    found = [f"{path}: no {name}" for name in ("model", "messages") if not body.get(name)]
    messages = body.get("messages", ())
    found += tool_protocols.unanswered(path, body)
    if path.endswith("/messages"):
        wanted, talk = {"user", "assistant"}, [message.get("role") for message in messages]
    else:
        wanted, talk = {"system", "user", "assistant", "tool"}, tool_protocols.talk_of(messages)
    if not {message.get("role") for message in messages} <= wanted:
        found.append(f"{path}: roles {[message.get('role') for message in messages]}")
    if not talk or talk[0] != "user" or talk[-1] != "user" or any(a == b for a, b in pairwise(talk)):
        found.append(f"{path}: roles do not alternate from user to user: {talk}")
    if any(not message.get("content") and not message.get("tool_calls") for message in messages):
        found.append(f"{path}: a message without content")
    if path.endswith("/messages"):
        found += _anthropic_problems(body)
    return found


def _anthropic_problems(body: dict[str, Any]) -> list[str]:
    found = [] if isinstance(body.get("max_tokens"), int) else ["messages: no max_tokens"]
    blocks = [*(body.get("system") or ())]
    for message in body.get("messages", ()):
        blocks += message["content"] if isinstance(message["content"], list) else []
    if sum("cache_control" in block for block in blocks) > 4:
        found.append("messages: more than four cache marks")
    if any(block["type"] == "text" and not block["text"].strip() for block in blocks):
        found.append("messages: an empty text block")
    if any(block["type"] == "thinking" and "cache_control" in block for block in blocks):
        found.append("messages: a cache mark on thinking")
    return found


class _Handler(ModelHandler):
    fake: FakeProvider

    def do_GET(self) -> None:
        if self.path in self.fake.tells:
            return self.send_json(200, self.fake.tells[self.path])
        if self.path.split("?")[0] != "/v1/models":
            return self.no_route()
        models = [
            {"object": "model", "type": "model", "created": 0, "owned_by": "x", "display_name": "x"}
            | {"created_at": "2026-01-01T00:00:00Z"}
            | model
            for model in self.fake.models
        ]
        return self.send_json(200, {"object": "list", "data": models, "has_more": False})

    def do_POST(self) -> None:
        path = self.path.split("?")[0]
        headers, body = self.received()
        if path not in ("/v1/chat/completions", "/v1/messages", "/v1/responses"):
            return self.no_route()
        if path.endswith("/responses") and not self.fake.responds:
            return self.no_route()
        self.fake.problems += _problems(path, body)
        answer = self.fake.answer(Asked(path=path, headers=headers, body=body))
        if isinstance(answer, Fail):
            error = {"type": answer.code or "error", "message": answer.message, "code": answer.code or None}
            return self.send_json(answer.status, {"type": "error", "error": error}, answer.headers)
        if isinstance(answer, Page):
            return self.send_data(200, answer.body.encode(), {"Content-Type": answer.media_type})
        if not self.fake.counts_images:
            body = _without_images(body)
        if path == "/v1/responses":
            assert isinstance(answer, Say)
            counts = _counts(answer, {"messages": tool_protocols.messages_of(body)})
            events = tool_protocols.response_events(answer, body, counts)
            if not (body.get("stream") and self.fake.streams):
                return self.send_json(200, events[-1]["response"])
            self.begin_events(**{"Transfer-Encoding": "chunked"})
            for event in events:
                self._chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
            self.wfile.write(b"0\r\n\r\n")
            return None
        speak = _anthropic_events if path == "/v1/messages" else _openai_events
        if isinstance(answer, Say) and not (body.get("stream") and self.fake.streams):
            return self.send_json(200, _openai_whole(answer, body))
        return self._stream(speak, answer, body)

    def _stream(self, speak: Callable[..., list[str]], answer: Answer, body: dict[str, Any]) -> None:
        self.begin_events(**{"Transfer-Encoding": "chunked"})
        if isinstance(answer, Say):
            for event in speak(answer, body):
                self._chunk(event)
            self.wfile.write(b"0\r\n\r\n")
            return
        if isinstance(answer, Endless):
            self._go_on(speak(Say(answer.piece), body))
            return
        assert isinstance(answer, Hang | Break)
        if answer.after:
            # The end of the reply is held back.
            for event in speak(Say(answer.after), body)[:-3]:
                self._chunk(event)
        if isinstance(answer, Hang):
            self.fake.over.wait(30)

    def _go_on(self, events: list[str]) -> None:
        *begun, piece = events[:-3]  # the end of the reply is never said
        with contextlib.suppress(OSError):  # the client has hung up
            for event in begun:
                self._chunk(event)
            while not self.fake.over.is_set():
                self._chunk(piece)

    def _chunk(self, event: str) -> None:
        data = event.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _without_images(body: dict[str, Any]) -> dict[str, Any]:
    """The request as a chat template that knows no pictures sees it."""
    messages = [{**message, "content": text_of(message["content"])} for message in body["messages"]]
    return {**body, "messages": messages}


def _pieces(text: str) -> list[str]:
    third = max(1, len(text) // 3)
    return [text[at : at + third] for at in range(0, len(text), third)]


def _counts(say: Say, body: dict[str, Any]) -> tuple[int, int]:
    prompt = len(text_of(body.get("system") or "")) + sum(
        len(text_of(message["content"])) for message in body["messages"]
    )
    for message in body["messages"]:
        for image in images_of(message["content"]):
            prompt += 4 * -(-image.width // 28) * -(-image.height // 28)
    return (prompt // 4 if say.input_tokens is None else say.input_tokens), len(say.text) // 4 + 1


def _openai_usage(say: Say, body: dict[str, Any]) -> dict[str, Any] | None:
    if not say.usage:
        return None
    prompt, reply = _counts(say, body)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": reply,
        "total_tokens": prompt + reply,
        "prompt_tokens_details": {"cached_tokens": say.cached_tokens},
    }


def _openai_events(say: Say, body: dict[str, Any]) -> list[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": body["model"]}
        return f"data: {json.dumps(event | {'choices': [choice]} | more)}\n\n"

    events = [chunk({"role": "assistant", "content": ""})]
    events += [chunk({"reasoning_content": piece}) for piece in _pieces(say.thinking)]
    events += [chunk({"content": piece}) for piece in _pieces(say.text)]
    if say.refusal:
        events.append(chunk({"refusal": say.refusal}))
    if say.tool:
        name, arguments = say.tool
        call = {
            "index": 0,
            "id": "t1",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        events.append(chunk({"tool_calls": [call]}))
    for index, each in enumerate(say.calls):
        for delta in tool_protocols.chat_pieces(index, each):
            events.append(chunk({"tool_calls": [delta]}))
    events.append(chunk({}, "tool_calls" if say.tool or say.calls else say.finish))
    if (body.get("stream_options") or {}).get("include_usage"):
        events.append(chunk({}, choices=[], usage=_openai_usage(say, body)))
    return [*events, "data: [DONE]\n\n"]


def _openai_whole(say: Say, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": say.text, "refusal": say.refusal or None}
    if say.thinking:
        message["reasoning_content"] = say.thinking
    if say.calls:
        message["tool_calls"] = [tool_protocols.chat_call(each) for each in say.calls]
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": say.finish}],
        "usage": _openai_usage(say, body),
    }


_STOPS = {"stop": "end_turn", "length": "max_tokens"}


def _anthropic_events(say: Say, body: dict[str, Any]) -> list[str]:
    prompt, reply = _counts(say, body)
    usage = {"input_tokens": prompt, "cache_read_input_tokens": say.cached_tokens, "output_tokens": 1}
    usage |= {"cache_creation_input_tokens": say.written_tokens}
    message = {"id": "m1", "type": "message", "role": "assistant", "model": body["model"], "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
    index = 0
    if say.thinking:
        block = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": say.thinking}]
        deltas.append({"type": "signature_delta", "signature": f"signed:{say.thinking}"})
        events += _anthropic_block(index, block, deltas)
        index += 1
    deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(say.text)]
    if deltas:
        events += _anthropic_block(index, {"type": "text", "text": ""}, deltas)
        index += 1
    for each in say.calls:
        block = {"type": "tool_use", "id": each["id"], "name": each["name"], "input": {}}
        parts = [{"type": "input_json_delta", "partial_json": piece} for piece in _pieces(each["arguments"])]
        events += _anthropic_block(index, block, parts)
        index += 1
    delta: dict[str, Any] = {"stop_reason": _STOPS.get(say.finish, say.finish), "stop_sequence": None}
    if say.calls:
        delta["stop_reason"] = "tool_use"
    if say.refusal:
        delta["stop_details"] = {"type": "refusal", "category": None, "explanation": say.refusal}
    events.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": reply}})
    events.append({"type": "message_stop"})
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]


def _anthropic_block(index: int, block: dict[str, Any], deltas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": block},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]
