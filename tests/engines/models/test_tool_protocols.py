"""Tools over each provider's protocol: how they are offered, what is learnt, and what goes back."""

from __future__ import annotations

import pytest

from engines.errors import ModelUnreachable
from engines.models.chat import Message, Tool, ToolResult
from engines.models.dialect import Memory
from engines.models.failures import ToolsRefused
from engines.models.ladder import LadderedModel
from engines.models.patience import Patience
from engines.models.profiles import Profile, profile_of
from engines.models.protocols.anthropic_api import AnthropicProvider
from engines.models.protocols.openai_api import OpenAIProvider
from engines.models.protocols.tool_schemas import all_required, bound_within_limits, typed
from tests.support import providers
from tests.support.providers import Break, Fail, FakeProvider, Say, call

TEXT = {"type": "string"}
PRESS = Tool(
    name="press",
    description="Press it.",
    parameters={
        "type": "object",
        "properties": {
            "ref": TEXT,
            "count": {"type": "integer"},
            "how": {"type": "string", "enum": ["softly", "hard"]},
        },
        "required": ["ref"],
    },
)
ANYTHING = Tool(name="say", description="", parameters={"type": "object", "properties": {"what": {}}})
TOOLS = (PRESS, ANYTHING)
QUESTION = [Message(role="system", text="You press."), Message(role="user", text="Well?", stays=True)]
PRESSED = Say("Now.", calls=(call("press", {"ref": "f0e1"}),), thinking="Hm.")
SCHEMA = {"type": "object", "properties": {"answer": TEXT}, "required": ["answer"]}


async def no_sleep(seconds: float) -> None:
    pass


@pytest.fixture
async def opened():
    """Opens a model of some profile behind a server."""
    models: list[LadderedModel] = []

    def once(server, protocol="chat", tools="loose", memory=None, context=None) -> LadderedModel:
        if protocol == "messages":
            provider = AnthropicProvider(server.anthropic(), profile=Profile(tools=tools))
        else:
            known = Profile(tools=tools, wording=protocol, context_tokens=context, sees_images=True)
            provider = OpenAIProvider(server.openai(), profile=known)
        models.append(LadderedModel(provider, memory=memory or Memory(), patience=Patience(sleep=no_sleep)))
        return models[-1]

    yield once
    for model in models:
        await model.close()


def after(reply, *results: str, text: str = "And now?", thinking_holds: bool = True) -> list[Message]:
    """The conversation that goes on behind a reply."""
    told = tuple(ToolResult(id=each.id, text=text) for each, text in zip(reply.calls, results, strict=True))
    said = Message(
        role="assistant",
        text=reply.text,
        calls=reply.calls,
        native=reply.native,
        thinking_holds=thinking_holds,
    )
    return [*QUESTION, said, Message(role="user", text=text, results=told)]


@pytest.mark.parametrize("protocol", ["chat", "responses", "messages"])
async def test_calls_come_with_their_arguments_and_go_back_with_their_results(opened, protocol):
    with FakeProvider([PRESSED, Say("Done.")]) as server:
        model = opened(server, protocol)
        reply = await model.ask(QUESTION, tools=TOOLS)
        await model.ask(after(reply, "pressed"), tools=TOOLS)

        [made] = reply.calls
        assert (reply.text, made.name, made.arguments) == ("Now.", "press", {"ref": "f0e1"})
        assert server.asked[-1].results == [(made.id, "pressed")]


@pytest.mark.parametrize("protocol", ["chat", "responses"])
async def test_a_server_that_does_not_stream_calls_all_the_same(opened, protocol):
    with FakeProvider([PRESSED], streams=False) as server:
        reply = await opened(server, protocol).ask(QUESTION, tools=TOOLS)

        assert reply.calls[0].arguments == {"ref": "f0e1"}


@pytest.mark.parametrize("protocol", ["chat", "responses"])
async def test_strict_tools_require_all_that_they_have_and_the_rest_is_left_loose(opened, protocol):
    with FakeProvider([PRESSED]) as server:
        await opened(server, protocol, "strict").ask(QUESTION, tools=TOOLS)

        press, say = server.asked[0].tools["press"], server.asked[0].tools["say"]
        assert press["strict"] is True
        assert press["parameters"]["required"] == ["ref", "count", "how"]
        assert press["parameters"]["properties"]["count"] == {"type": ["integer", "null"]}
        assert press["parameters"]["properties"]["how"]["enum"] == ["softly", "hard", None]
        assert press["parameters"]["additionalProperties"] is False
        assert not say.get("strict")


async def test_strict_tools_of_the_messages_protocol_keep_what_is_optional(opened):
    with FakeProvider([PRESSED]) as server:
        await opened(server, "messages", "strict").ask(QUESTION, tools=TOOLS)

        press, say = server.asked[0].tools["press"], server.asked[0].tools["say"]
        assert (press["strict"], press["input_schema"]["required"]) == (True, ["ref"])
        assert "strict" not in say


@pytest.mark.parametrize("protocol", ["chat", "messages"])
async def test_strictness_that_is_refused_is_left_out_once_and_for_all(opened, protocol):
    memory = Memory()
    with FakeProvider([PRESSED] * 2, rules=[providers.refuses_strict_tools]) as server:
        for _ in range(2):
            reply = await opened(server, protocol, "strict", memory).ask(QUESTION, tools=TOOLS)
            assert reply.calls

        strict = [asked.tools["press"].get("strict", False) for asked in server.asked]
        assert strict == [True, False, False]


async def test_a_model_that_takes_tools_by_the_other_protocol_only_is_asked_by_that(opened):
    memory = Memory()
    with FakeProvider([PRESSED] * 2, rules=[providers.refuses_tools_in_chat]) as server:
        for _ in range(2):
            reply = await opened(server, memory=memory).ask(QUESTION, tools=TOOLS)
            assert reply.calls[0].arguments == {"ref": "f0e1"}

        assert [asked.path for asked in server.asked] == ["/v1/chat/completions", *["/v1/responses"] * 2]


async def test_a_server_whose_protocols_refer_to_each_other_is_asked_without_tools(opened):
    with FakeProvider([], rules=[providers.refuses_tools_in_chat], responds=False) as server:
        model = opened(server)
        with pytest.raises(ToolsRefused):
            await model.ask(QUESTION, tools=TOOLS)

        assert not model.calls_tools


async def test_a_server_without_the_responses_protocol_is_asked_by_chat(opened):
    with FakeProvider([PRESSED], responds=False) as server:
        reply = await opened(server, "responses").ask(QUESTION, tools=TOOLS)

        assert reply.calls
        assert [asked.path for asked in server.asked] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    "message",
    [
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        "tools param requires --jinja flag",
        "registry.ollama.ai/library/gemma:2b does not support tools",
        "Function calling is not supported by this model",
    ],
)
async def test_tools_that_are_refused_as_such_are_tried_once(opened, message):
    def refuses(body):
        return Fail(500 if "jinja" in message else 400, message) if "tools" in body else None

    with FakeProvider([Say('{"answer": "yes"}')], rules=[refuses]) as server:
        memory = Memory()
        model = opened(server, tools="strict", memory=memory)
        with pytest.raises(ToolsRefused):
            await model.ask(QUESTION, tools=TOOLS)
        before = len([asked for asked in server.asked if asked.tools])
        await model.ask(QUESTION, SCHEMA)

        assert before == (4 if "jinja" in message else 1)  # a 500 may pass, and is tried again
        assert not opened(server, tools="strict", memory=memory).calls_tools


async def test_what_is_wrong_otherwise_takes_no_tools_away(opened):
    with FakeProvider([Fail(401, "bad key"), PRESSED]) as server:
        model = opened(server)
        with pytest.raises(ModelUnreachable):
            await model.ask(QUESTION, tools=TOOLS)

        assert (await model.ask(QUESTION, tools=TOOLS)).calls


async def test_a_stream_that_breaks_in_the_middle_of_a_call_is_asked_for_again(opened):
    with FakeProvider([Break("I th"), PRESSED]) as server:
        reply = await opened(server).ask(QUESTION, tools=TOOLS)

        assert reply.calls[0].arguments == {"ref": "f0e1"}
        assert len(server.asked) == 2


async def test_what_a_server_signs_of_a_call_goes_back_with_it(opened):
    signed = {"extra_content": {"google": {"thought_signature": "c2lnbmVk"}}}
    with FakeProvider([Say(calls=(call("press", {"ref": "f0e1"}, **signed),)), Say("Done.")]) as server:
        model = opened(server)
        reply = await model.ask(QUESTION, tools=TOOLS)
        await model.ask(after(reply, "pressed"), tools=TOOLS)

        [sent] = server.asked[-1].body["messages"][2]["tool_calls"]
        assert sent["extra_content"] == signed["extra_content"]


async def test_sealed_reasoning_goes_back_before_its_calls(opened):
    with FakeProvider([PRESSED, Say("Done.")]) as server:
        model = opened(server, "responses")
        reply = await model.ask(QUESTION, tools=TOOLS)
        await model.ask(after(reply, "pressed"), tools=TOOLS)

        body = server.asked[-1].body
        kinds = [item["type"] for item in body["input"]]
        assert kinds == [
            "message",
            "reasoning",
            "message",
            "function_call",
            "function_call_output",
            "message",
        ]
        assert body["input"][1]["encrypted_content"] == "sealed:Hm."
        assert (body["store"], body["instructions"]) == (False, "You press.")


@pytest.mark.parametrize(
    ("holds", "kinds"), [(True, ["thinking", "text", "tool_use"]), (False, ["text", "tool_use"])]
)
async def test_signed_thinking_goes_back_only_where_all_before_it_stands(opened, holds, kinds):
    with FakeProvider([PRESSED, Say("Done.")]) as server:
        model = opened(server, "messages")
        reply = await model.ask(QUESTION, tools=TOOLS)
        await model.ask(after(reply, "pressed", thinking_holds=holds), tools=TOOLS)

        assert [block["type"] for block in server.asked[-1].messages[2]["content"]] == kinds


async def test_a_result_that_failed_is_marked_as_an_error(opened):
    with FakeProvider([PRESSED, Say("Done.")]) as server:
        model = opened(server, "messages")
        reply = await model.ask(QUESTION, tools=TOOLS)
        *before, asking = after(reply, "pressed")
        results = (ToolResult(id=reply.calls[0].id, text="", failed=True),)
        await model.ask([*before, Message(role="user", text=asking.text, results=results)], tools=TOOLS)

        [result, _] = server.asked[-1].messages[3]["content"]
        assert (result["is_error"], result["content"]) == (True, "-")


async def test_tools_system_prompt_and_all_that_stays_are_marked_for_the_cache(opened):
    with FakeProvider([PRESSED, Say("Done.", cached_tokens=70, written_tokens=30)]) as server:
        model = opened(server, "messages")
        reply = await model.ask(QUESTION, tools=TOOLS)
        before = model.usage
        await model.ask(after(reply, "pressed"), tools=TOOLS)

        marked = [
            block.get("text")
            for message in server.asked[-1].messages
            for block in message["content"]
            if "cache_control" in block
        ]
        assert marked == ["You press.", "Well?"]
        assert model.usage.cached_tokens - before.cached_tokens == 70
        assert model.usage.cache_write_tokens - before.cache_write_tokens == 30


async def test_a_request_for_a_response_names_its_cache_by_what_never_changes(opened):
    with FakeProvider([PRESSED, Say("Done.", cached_tokens=64)]) as server:
        model = opened(server, "responses")
        reply = await model.ask(QUESTION, tools=TOOLS)
        await model.ask(after(reply, "pressed"), tools=TOOLS)

        assert len({asked.body["prompt_cache_key"] for asked in server.asked}) == 1
        assert model.usage.cached_tokens == 64


async def test_a_reply_in_a_schema_comes_by_the_responses_protocol_too(opened):
    with FakeProvider([Say('{"answer": "yes"}')]) as server:
        reply = await opened(server, "responses").ask(QUESTION, SCHEMA)

        assert reply.text == '{"answer": "yes"}'
        assert server.asked[0].body["text"]["format"]["schema"] == SCHEMA


async def test_a_response_that_was_cut_says_so(opened):
    with FakeProvider([Say("And so", finish="length")]) as server:
        assert (await opened(server, "responses").ask(QUESTION)).cut


async def test_vllm_is_known_by_its_list_of_models():
    models = [{"id": "fake-model", "owned_by": "vllm", "max_model_len": 32768}]
    with FakeProvider([PRESSED], models=models) as server:
        model = LadderedModel(OpenAIProvider(server.openai()), memory=Memory())
        assert not model.calls_tools
        assert await model.context_tokens() == 32768
        assert model.calls_tools
        assert (await model.ask(QUESTION, tools=TOOLS)).calls
        await model.close()


@pytest.mark.parametrize(("wanted", "offered"), [(True, True), (False, False)])
async def test_the_settings_know_better_than_the_table(wanted, offered):
    models = [{"id": "fake-model", "owned_by": "nobody" if wanted else "vllm"}]
    with FakeProvider([], models=models) as server:
        model = LadderedModel(OpenAIProvider(server.openai(tool_calls=wanted)), memory=Memory())
        await model.context_tokens()

        assert model.calls_tools is offered
        await model.close()


async def test_a_server_that_nobody_knows_is_offered_none():
    with FakeProvider([]) as server:
        model = LadderedModel(OpenAIProvider(server.openai()), memory=Memory())
        await model.context_tokens()
        with pytest.raises(ToolsRefused):
            await model.ask(QUESTION, tools=TOOLS)
        assert server.asked == []
        await model.close()


@pytest.mark.parametrize(
    ("base_url", "model", "expected"),
    [
        ("https://api.openai.com/v1", "gpt-5.6-sol", ("strict", "responses", 400_000)),
        ("https://api.openai.com/v1", "o3", ("strict", "responses", 200_000)),
        ("https://api.openai.com/v1", "gpt-4.1-mini", ("strict", "chat", 1_047_576)),
        ("https://api.openai.com/v1", "some-new-name", ("strict", "chat", None)),
        ("https://api.anthropic.com", "claude-sonnet-5-5", ("strict", "chat", 200_000)),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-3-pro", ("typed", "chat", 1_048_576)),
        ("https://proxy.example/v1", "openai/gpt-5.5", ("loose", "chat", 400_000)),
        ("https://api.openai.com.evil.example/v1", "m", ("none", "chat", None)),
        ("http://127.0.0.1:11434/v1", "qwen3:32b", ("none", "chat", None)),
        ("http://127.0.0.1:11434/v1", "gpt-oss:20b", ("none", "chat", None)),
    ],
)  # fmt: skip
def test_what_is_known_of_models_and_servers(base_url, model, expected):
    profile = profile_of(base_url, model)

    assert (profile.tools, profile.wording, profile.context_tokens) == expected


def test_an_optional_part_of_an_output_is_never_made_null():
    inner = {"type": "object", "properties": {"a": TEXT, "b": TEXT}, "required": ["a"]}

    assert all_required({"type": "object", "properties": {"output": inner}, "required": ["output"]}) is None


def test_a_schema_is_strict_only_where_nothing_of_it_is_lost():
    limited = {"type": "array", "items": TEXT, "minItems": 3}
    named = {"type": "object", "properties": {"the price": TEXT}, "required": ["the price"]}
    tool = {"type": "object", "properties": {"output": limited, "other": named}, "required": ["output"]}

    assert all_required(tool) is None
    assert bound_within_limits([Tool(name="finish", description="", parameters=tool)]) == [None]
    told = typed(tool)["properties"]
    assert [told[name]["type"] for name in ("output", "other")] == ["string", "string"]
    assert '"minItems": 3' in told["output"]["description"]


@pytest.mark.parametrize(
    ("part", "strict"),
    [
        (TEXT, False),
        ({"type": "boolean"}, False),
        ({"type": "array", "items": TEXT}, False),
        ({"type": "string", "enum": ["a", "b"]}, True),
        ({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}, True),
        ({"type": "object", "properties": {"a": TEXT}, "required": ["a"]}, True),
    ],
)
def test_a_schema_is_strict_only_where_an_answer_could_be_misunderstood(part, strict):
    parameters = {"type": "object", "properties": {"a": part, "b": TEXT}, "required": ["a", "b"]}
    [bound] = bound_within_limits([Tool(name="press", description="", parameters=parameters)])

    assert (all_required(parameters) is not None, bound is not None) == (strict, strict)


def test_the_least_that_servers_understand_has_no_part_without_a_type():
    either = {"anyOf": [{"type": "array", "items": TEXT}, {"type": "string", "enum": ["ROWS"]}]}
    schema = {"type": "object", "properties": {"a": {}, "b": either, "c": TEXT}, "required": ["a"]}

    shapes = typed(schema)["properties"]

    assert [shapes[name]["type"] for name in "abc"] == ["string"] * 3
    assert "ROWS" in shapes["b"]["description"]


def test_no_more_tools_are_strict_than_are_taken():
    choice = {"type": "string", "enum": ["a", "b"]}
    optional = {f"p{number}": choice for number in range(10)}
    tools = [
        Tool(name=f"t{at}", description="", parameters={"type": "object", "properties": optional})
        for at in range(4)
    ]
    plain = [
        Tool(name=f"s{at}", description="", parameters={"type": "object", "properties": {"a": choice}, "required": ["a"]})
        for at in range(30)
    ]  # fmt: skip

    bound = [shape is not None for shape in bound_within_limits([*tools, *plain])]

    assert bound[:4] == [True, True, False, False]
    assert sum(bound) == 20
