"""A reply counts once it is whole: one that was cut, or a thought in its place, is never taken for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from engines.errors import ModelError
from engines.models.chat import Message, Reply
from engines.models.dialect import Memory
from engines.models.ladder import LadderedModel
from engines.models.patience import Patience
from engines.models.protocols.anthropic_api import AnthropicProvider
from engines.models.protocols.openai_api import OpenAIProvider
from engines.protocol import ModelSettings

SAID = '{"a": "x"}'
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
QUESTION = [Message(role="system", text="PROMPT-1"), Message(role="user", text="Well?")]
Answer = Callable[[dict[str, Any]], httpx2.Response]


async def no_sleep(seconds: float) -> None:
    pass


def sse(*events: Any, done: bool = False) -> httpx2.Response:
    text = "".join(f"data: {json.dumps(each)}\n\n" for each in events) + ("data: [DONE]\n\n" if done else "")
    return httpx2.Response(200, text=text, headers={"content-type": "text/event-stream"})


def chunk(delta: Any, finish: Any = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def whole(message: Any, finish: str = "stop") -> httpx2.Response:
    return httpx2.Response(200, json={"choices": [{"message": message, "finish_reason": finish}]})


async def asked(
    answer: Answer, provider: Any = OpenAIProvider, schema: Any = SCHEMA
) -> tuple[Reply, list[dict[str, Any]]]:
    """The reply, and the bodies of the requests that it took."""
    bodies: list[dict[str, Any]] = []

    def answered(request: httpx2.Request) -> httpx2.Response:
        bodies.append(json.loads(request.content))
        return answer(bodies[-1])

    settings = ModelSettings(model_name="m", base_url="http://model.test/v1", api_key="k")
    spoken = provider(settings, httpx2.MockTransport(answered))
    model = LadderedModel(spoken, memory=Memory(), patience=Patience(sleep=no_sleep))
    return await model.ask(QUESTION, schema), bodies


MESSAGE = [
    {"type": "message_start", "message": {"content": [], "usage": {"input_tokens": 3}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "half a sen"}},
]


CALL = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "1", "name": "a", "input": {}}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"ref'}},
]  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "half", "reply"),
    [
        (OpenAIProvider, [chunk({"content": "half a sen"})], {"choices": [{"message": {"content": "all of it"}}]}),
        (OpenAIProvider, [chunk({"content": '{"a": "x'})], {"choices": [{"message": {"content": "all of it"}}]}),
        (OpenAIProvider, [chunk({"tool_calls": [{"index": 0, "function": {"name": "a", "arguments": '{"x'}}]})], {"choices": [{"message": {"content": "all of it"}}]}),
        (AnthropicProvider, MESSAGE, {"type": "message", "content": [{"type": "text", "text": "all of it"}]}),
        (AnthropicProvider, CALL, {"type": "message", "content": [{"type": "text", "text": "all of it"}]}),
        (AnthropicProvider, CALL[:1], {"type": "message", "content": [{"type": "text", "text": "all of it"}]}),
    ],
)  # fmt: skip
async def test_a_stream_that_stops_in_the_middle_is_asked_for_again_and_then_in_one_piece(
    provider, half, reply
):
    reply, bodies = await asked(
        lambda body: sse(*half) if body.get("stream") else httpx2.Response(200, json=reply), provider, None
    )
    assert (reply.text, reply.cut) == ("all of it", False)
    assert [body.get("stream", False) for body in bodies] == [True, True, False]


@pytest.mark.parametrize(
    ("provider", "events", "done"),
    [
        (OpenAIProvider, [chunk({"content": "half a sen"}, "stop")], False),
        (OpenAIProvider, [chunk({"content": "half a sen"})], True),
        (
            AnthropicProvider,
            [*MESSAGE, {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}],
            False,
        ),
        (AnthropicProvider, [*MESSAGE, {"type": "message_stop"}], False),
        (AnthropicProvider, MESSAGE, True),
    ],
)
async def test_a_stream_that_says_that_it_ends_is_whole(provider, events, done):
    reply, bodies = await asked(lambda body: sse(*events, done=done), provider, None)
    assert reply.text == "half a sen"
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("provider", "event"),
    [
        (OpenAIProvider, chunk({"content": SAID})),
        (OpenAIProvider, chunk({"tool_calls": [{"index": 0, "function": {"name": "a", "arguments": "{}"}}]})),
        (AnthropicProvider, {"type": "content_block_delta", "delta": {"type": "text_delta", "text": SAID}}),
    ],
)
async def test_json_to_its_last_bracket_is_whole_whatever_the_stream_says(provider, event):
    _, bodies = await asked(lambda body: sse(event), provider)
    assert len(bodies) == 1


async def test_a_block_that_began_with_words_says_them_once():
    begun = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": '{"a": '}}
    more = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": '"x"}'}}
    reply, _ = await asked(lambda body: sse(begun, more), AnthropicProvider)
    assert reply.text == SAID


@pytest.mark.parametrize(
    ("given", "pieces"),
    [({"x": 1}, ['']), ({}, ['{"x"', ": 1}"]), ("", [json.dumps('{"x": 1}')]), (json.dumps('{"x": 1}'), [])],
    ids=["whole, and an empty piece", "in pieces", "written as JSON twice", "twice, whole"],
)  # fmt: skip
async def test_the_input_of_a_call_is_read_however_it_comes(given, pieces):
    block = {"type": "tool_use", "id": "1", "name": "a", "input": given}
    deltas = [
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "input_json_delta", "partial_json": piece},
        }
        for piece in pieces
    ]
    reply, _ = await asked(
        lambda body: sse({"type": "content_block_start", "index": 0, "content_block": block}, *deltas),
        AnthropicProvider,
    )
    assert reply.native == [{"type": "tool_use", "id": "1", "name": "a", "input": {"x": 1}}]


class _Broken(httpx2.AsyncByteStream):
    """A connection that breaks behind these bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def __aiter__(self):
        yield self._data
        raise httpx2.ReadError("reset by peer")


@pytest.mark.parametrize(
    ("provider", "last"),
    [
        (OpenAIProvider, chunk({"content": "all of it"}, "stop")),
        (OpenAIProvider, "[DONE]"),
        (AnthropicProvider, {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
        (AnthropicProvider, {"type": "message_stop"}),
    ],
)
async def test_what_a_server_does_after_the_end_of_a_reply_is_no_matter(provider, last):
    begun = [chunk({"content": "all of it"})] if provider is OpenAIProvider else MESSAGE
    data = "".join(
        f"data: {event if event == '[DONE]' else json.dumps(event)}\n\n" for event in [*begun, last]
    )
    reply, bodies = await asked(
        lambda body: httpx2.Response(200, stream=_Broken(data.encode())), provider, None
    )
    assert reply.text
    assert len(bodies) == 1


class _Closing(_Broken):
    """An answer whose last bytes come after its end was said; `read` tells whether they were taken."""

    read = False

    async def __aiter__(self):
        yield self._data
        yield b": the last bytes"
        self.read = True


@pytest.mark.parametrize(
    ("provider", "last"),
    [(OpenAIProvider, "data: [DONE]\n\n"), (AnthropicProvider, 'data: {"type": "message_stop"}\n\n')],
)
async def test_an_answer_is_read_to_its_last_byte_so_that_the_connection_can_be_used_again(provider, last):
    begun = [chunk({"content": "all of it"})] if provider is OpenAIProvider else MESSAGE
    answer = _Closing(("".join(f"data: {json.dumps(event)}\n\n" for event in begun) + last).encode())
    await asked(lambda body: httpx2.Response(200, stream=answer), provider, None)
    assert answer.read


@pytest.mark.parametrize("schema", [SCHEMA, None])
async def test_a_thought_that_was_cut_is_no_answer(schema):
    thought = f"Maybe {SAID}, but it could also be that"
    for answer in (
        sse(chunk({"reasoning_content": thought}, "length")),
        whole({"content": None, "reasoning": thought}, "length"),
    ):
        reply, _ = await asked(lambda body, answer=answer: answer, schema=schema)
        assert (reply.text, reply.cut) == ("", True)
    with pytest.raises(ModelError, match=r"the stream ended before the reply did|no JSON of its protocol"):
        await asked(lambda body: sse(chunk({"reasoning_content": thought})), schema=schema)


async def test_a_thought_is_the_answer_only_where_it_ends_with_one():
    for thought, text in (
        (f"Maybe {SAID}.\n\nNo, I have to see more of the page first.", ""),
        (f"It is there.\n{SAID}", f"It is there.\n{SAID}"),
        (f"It is there.\n```json\n{SAID}\n```\n", f"It is there.\n```json\n{SAID}\n```\n"),
    ):
        reply, _ = await asked(lambda body, thought=thought: whole({"content": "", "reasoning": thought}))
        assert reply.text == text
    reply, _ = await asked(lambda body: whole({"content": "", "reasoning": "ready"}), schema=None)
    assert reply.text == "ready"


@pytest.mark.parametrize("call", ["tool_use", "server_tool_use", "mcp_tool_use"])
async def test_every_kind_of_call_gets_its_arguments_and_every_text_its_citations(call):
    page, other = {"type": "char_location", "cited_text": "x"}, {"type": "char_location", "cited_text": "y"}
    reply, _ = await asked(
        lambda body: sse(
            {"type": "content_block_start", "index": 0, "content_block": {"type": call, "id": "c1", "name": "find", "input": {}}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"query"'}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": ': "tea"}'}},
            {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": "", "citations": None}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "citations_delta", "citation": page}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": SAID}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "citations_delta", "citation": other}},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        ),
        AnthropicProvider,
    )  # fmt: skip
    assert reply.native == [
        {"type": call, "id": "c1", "name": "find", "input": {"query": "tea"}},
        {"type": "text", "text": SAID, "citations": [page, other]},
    ]
