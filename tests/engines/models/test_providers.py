"""The providers' protocols against a loopback server, in all the dialects that servers speak."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image

from browser.model.observation import Screenshot
from engines.errors import EngineUnavailable, ModelRefused, ModelUnreachable
from engines.models.chat import Message
from engines.models.dialect import Memory
from engines.models.failures import ContextOverflow
from engines.models.model import open_model
from engines.models.patience import Patience
from engines.models.protocols.closed_schema import closed
from engines.protocol import ModelSettings
from tests.support import providers
from tests.support.providers import Break, Fail, FakeProvider, Hang, Page, Say

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
ANSWER = '{"answer": "yes"}'
PROTOCOLS = ("openai", "anthropic")


def picture(width: int = 320, height: int = 200) -> Screenshot:
    data = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=width, height_px=height)


def conversation(*, images: int = 0, text: str = "What now? Answer in JSON.") -> list[Message]:
    pictures = tuple(picture() for _ in range(images))
    return [Message(role="system", text="You answer."), Message(role="user", text=text, images=pictures)]


class Clock:
    """Stands in for sleeping, so that waits are seen and not waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
async def ask():
    """Ask the model that some settings name; the memory of dialects lives for one test."""
    memory, opened, clock = Memory(), [], Clock()

    async def ask_once(settings: ModelSettings, messages=None, schema=SCHEMA):
        model = open_model(settings, memory=memory, patience=Patience(sleep=clock.sleep))
        opened.append(model)
        ask_once.model = model
        return await model.ask(conversation() if messages is None else messages, schema)

    ask_once.clock = clock
    yield ask_once
    for model in opened:
        await model.close()


def settings_of(provider: FakeProvider, protocol: str, **more) -> ModelSettings:
    return getattr(provider, protocol)(**more)


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_reply_comes_with_what_it_cost(ask, protocol):
    with FakeProvider([Say(ANSWER, input_tokens=900, cached_tokens=100)]) as provider:
        reply = await ask(settings_of(provider, protocol), conversation(images=2))

        assert (reply.text, reply.cut) == (ANSWER, False)
        usage = ask.model.usage
        assert (usage.calls, usage.images, usage.cached_tokens) == (1, 2, 100)
        # One protocol counts cached tokens among the input, the other beside it.
        assert usage.input_tokens == (900 if protocol == "openai" else 1000)
        assert usage.output_tokens > 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_pictures_arrive_whole_after_the_text(ask, protocol):
    with FakeProvider([Say(ANSWER)]) as provider:
        await ask(settings_of(provider, protocol), conversation(images=1))

        [asked] = provider.asked
        assert [image.size for image in asked.images] == [(320, 200)]
        assert asked.messages[-1]["content"][0]["type"] == "text"


async def test_messages_without_pictures_are_plain_strings_for_servers_that_take_nothing_else(ask):
    with FakeProvider([Say(ANSWER)], rules=[providers.refuses_lists_of_parts]) as provider:
        await ask(provider.openai())

        assert len(provider.asked) == 1


async def test_a_server_that_takes_only_strings_gets_no_pictures_again(ask):
    with FakeProvider([Say(ANSWER), Say(ANSWER)], rules=[providers.refuses_lists_of_parts]) as provider:
        await ask(provider.openai(), conversation(images=1))
        assert not ask.model.sees_images
        await ask(provider.openai(), conversation(images=1))

        assert [len(asked.images) for asked in provider.asked] == [1, 0, 0]


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_keys_and_headers_are_those_of_the_settings(ask, protocol, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(name, "from-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    with FakeProvider([Say(ANSWER)]) as provider:
        await ask(settings_of(provider, protocol, headers={"x-team": "blue"}))

        headers = provider.asked[0].headers
        assert headers["x-team"] == "blue"
        assert "sk-test" in headers.get("authorization", "") + headers.get("x-api-key", "")
        assert "from-the-environment" not in " ".join(headers.values())


async def test_no_sampling_parameter_is_sent_unless_one_is_set(ask):
    with FakeProvider([Say(ANSWER)] * 4) as provider:
        for protocol in PROTOCOLS:
            await ask(settings_of(provider, protocol))
            await ask(settings_of(provider, protocol, temperature=0.5, extra_body={"seed": 7}))

        bodies = [asked.body for asked in provider.asked]
        assert [body.get("temperature") for body in bodies] == [None, 0.5, None, 0.5]
        assert [body.get("seed") for body in bodies] == [None, 7, None, 7]
        assert not any("top_p" in body or "top_k" in body for body in bodies)


def form_of(body) -> str:
    if "output_config" in body:
        return body["output_config"]["format"]["type"]
    return (body.get("response_format") or {}).get("type", "plain")


@pytest.mark.parametrize(
    ("protocol", "rules", "forms"),
    [
        pytest.param("openai", [], ["json_schema", "json_schema"], id="takes a schema"),
        pytest.param(
            "openai",
            [providers.refuses_json_schema],
            ["json_schema", "json_object", "json_object"],
            id="knows json_object only",
        ),
        pytest.param(
            "openai", [providers.refuses_json_object], ["json_schema", "json_schema"], id="LM Studio"
        ),
        pytest.param(
            "openai",
            [providers.refuses_response_format],
            ["json_schema", "json_object", "plain", "plain"],
            id="knows no response_format and names none",
        ),
        pytest.param("anthropic", [], ["json_schema", "json_schema"], id="structured outputs"),
        pytest.param(
            "anthropic",
            [providers.refuses_output_config],
            ["json_schema", "plain", "plain"],
            id="no structured outputs",
        ),
    ],
)
async def test_the_ladder_goes_down_to_what_the_server_takes_and_stays_there(ask, protocol, rules, forms):
    with FakeProvider([Say(ANSWER), Say(ANSWER)], rules=rules) as provider:
        first = await ask(settings_of(provider, protocol))
        second = await ask(settings_of(provider, protocol))

        assert first.text == second.text == ANSWER
        assert [form_of(asked.body) for asked in provider.asked] == forms


@pytest.mark.parametrize(
    "rule",
    [
        providers.refuses_images,
        providers.takes_one_image,
        providers.refuses_system_role,
        providers.refuses_max_tokens,
        providers.refuses_temperature,
    ],
    ids=lambda rule: rule.__name__,
)
async def test_what_a_server_rejects_is_left_out_once_and_for_all(ask, rule):
    with FakeProvider([Say(ANSWER), Say(ANSWER)], rules=[rule]) as provider:
        settings = provider.openai(temperature=0.0, max_tokens=100)
        await ask(settings, conversation(images=2))
        await ask(settings, conversation(images=2))

        assert len(provider.asked) == 3
        # Nothing but what was rejected is lost.
        assert form_of(provider.asked[-1].body) == "json_schema"


async def test_the_instructions_reach_a_model_without_a_system_role(ask):
    with FakeProvider([Say(ANSWER)], rules=[providers.refuses_system_role]) as provider:
        await ask(provider.openai())

        assert provider.asked[-1].text(0).startswith("You answer.\n\nWhat now?")


async def test_an_empty_answer_to_a_schema_is_asked_again_without_one(ask):
    with FakeProvider([Say(""), Say(""), Say(ANSWER)]) as provider:
        reply = await ask(provider.openai())

        assert reply.text == ANSWER
        assert [form_of(asked.body) for asked in provider.asked] == ["json_schema", "json_object", "plain"]
        assert ask.model.usage.calls == 3


async def test_a_reply_that_was_put_where_the_thinking_goes_is_found(ask):
    with FakeProvider([Say("", thinking=ANSWER)]) as provider:
        assert (await ask(provider.openai())).text == ANSWER


async def test_thinking_is_never_taken_for_the_answer(ask):
    with FakeProvider([Say(ANSWER, thinking='I could say {"answer": "no"} here.')]) as provider:
        reply = await ask(provider.openai())

        assert reply.text == ANSWER
        assert reply.thinking.startswith("I could say")


async def test_a_native_tool_call_that_nobody_offered_becomes_text(ask):
    with FakeProvider([Say(tool=("click", '{"ref": "f0e1"}'))]) as provider:
        reply = await ask(provider.openai())

        assert reply.text == '{"name": "click", "arguments": "{\\"ref\\": \\"f0e1\\"}"}'


async def test_a_server_that_does_not_stream_is_asked_for_the_whole(ask):
    with FakeProvider([Say(ANSWER), Say(ANSWER)], streams=False) as provider:
        assert (await ask(provider.openai())).text == ANSWER


async def test_a_limit_of_requests_is_waited_for_as_long_as_the_server_says(ask):
    answers = [Fail(429, "slow down", headers={"Retry-After": "7"}), Fail(503, "loading"), Say(ANSWER)]
    with FakeProvider(answers) as provider:
        assert (await ask(provider.openai())).text == ANSWER

    assert ask.clock.waits[0] == 7.0
    assert len(ask.clock.waits) == 2


async def test_a_server_that_wants_a_longer_pause_than_we_have_is_not_waited_for(ask):
    with (
        FakeProvider([Fail(429, "come back tomorrow", headers={"Retry-After": "86400"})]) as provider,
        pytest.raises(ModelUnreachable, match=r"limiting requests .*: come back tomorrow"),
    ):
        await ask(provider.openai())

    assert ask.clock.waits == []


async def test_retries_end(ask):
    with FakeProvider(lambda asked: Fail(500, "out of order")) as provider:
        with pytest.raises(ModelUnreachable, match="failed with status 500: out of order"):
            await ask(provider.openai())

        assert len(provider.asked) == 4


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        pytest.param(
            Fail(401, "Incorrect API key"), ModelUnreachable, "refused the API key .*model.api_key", id="key"
        ),
        pytest.param(
            Fail(404, "The model `fake-model` does not exist"),
            ModelUnreachable,
            "has no model 'fake-model' .*model.model_name",
            id="model",
        ),
        pytest.param(
            Fail(404, "page not found"), ModelUnreachable, "no chat endpoint .*model.base_url", id="address"
        ),
        pytest.param(
            Fail(429, "You exceeded your current quota", code="insufficient_quota"),
            ModelUnreachable,
            "cannot pay",
            id="quota",
        ),
        pytest.param(
            Fail(400, "This model's maximum context length is 4096 tokens, you sent 9000"),
            ContextOverflow,
            "does not fit",
            id="overflow",
        ),
        pytest.param(
            Fail(400, "prompt is too long: 213462 tokens > 200000 maximum"),
            ContextOverflow,
            "does not fit",
            id="overflow in other words",
        ),
        pytest.param(
            Say("", finish="refusal", refusal="I will not"), ModelRefused, "I will not", id="refusal"
        ),
    ],
)
async def test_what_went_wrong_is_one_sentence_that_says_what_to_do(ask, protocol, answer, error, sentence):
    with FakeProvider(lambda asked: answer) as provider, pytest.raises(error, match=sentence):
        await ask(settings_of(provider, protocol))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "page",
    [Page(), Page('{"error": "Unexpected endpoint or method"}', "application/json")],
    ids=["a web page", "an error with status 200"],
)
async def test_an_address_where_something_else_answers_is_said_so(ask, protocol, page):
    with FakeProvider(lambda asked: page) as provider:
        with pytest.raises(ModelUnreachable, match=r"no chat endpoint at .*check model\.base_url"):
            await ask(settings_of(provider, protocol))

        assert len(provider.asked) <= 2


async def test_an_overflow_tells_the_limit_that_the_server_named(ask):
    message = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens"
    with FakeProvider([Fail(400, message)]) as provider, pytest.raises(ContextOverflow) as overflow:
        await ask(provider.openai())

    assert overflow.value.limit == 4096


async def test_a_prompt_that_the_server_cuts_silently_is_noticed(ask):
    with (
        FakeProvider([Say(ANSWER, input_tokens=2048)]) as provider,
        pytest.raises(ContextOverflow, match=r"cut the prompt to 2048 tokens .*OLLAMA_CONTEXT_LENGTH"),
    ):
        await ask(provider.openai(), conversation(text="word " * 8000))


async def test_nothing_listening_is_said_so(ask):
    with FakeProvider([]) as provider:
        settings = provider.openai()

    with pytest.raises(
        ModelUnreachable, match=r"nothing answers at http://127.0.0.1:.*is the server running"
    ):
        await ask(settings)


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_server_that_never_begins_is_left_after_the_first_token_time(ask, protocol):
    with (
        FakeProvider([Hang()]) as provider,
        pytest.raises(ModelUnreachable, match=r"waiting for a first token took more than 0\.2 seconds"),
    ):
        await ask(settings_of(provider, protocol, first_token_timeout_s=0.2))


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_server_that_began_has_the_whole_time(ask, protocol):
    with (
        FakeProvider([Hang(after=ANSWER)]) as provider,
        pytest.raises(ModelUnreachable, match=r"the whole reply took more than 3 seconds"),
    ):
        await ask(settings_of(provider, protocol, first_token_timeout_s=1.5, total_timeout_s=3))


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_connection_that_breaks_in_the_middle_is_tried_again(ask, protocol):
    with FakeProvider([Break(), Say(ANSWER)]) as provider:
        assert (await ask(settings_of(provider, protocol))).text == ANSWER


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_reply_that_was_cut_says_so(ask, protocol):
    with FakeProvider([Say('{"answer": "y', finish="length")]) as provider:
        assert (await ask(settings_of(provider, protocol))).cut


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_without_a_model_name_the_first_one_of_the_endpoint_is_taken(ask, protocol):
    with FakeProvider([Say(ANSWER)], models=[{"id": "local-7b"}, {"id": "other"}]) as provider:
        await ask(settings_of(provider, protocol, model_name=""))

        assert provider.asked[0].body["model"] == "local-7b"
        assert ask.model.usage.model == "local-7b"


@pytest.mark.parametrize(
    ("model", "context"),
    [
        pytest.param({"id": "fake-model", "max_model_len": 32768}, 32768, id="vLLM"),
        pytest.param({"id": "fake-model", "meta": {"n_ctx": 8192}}, 8192, id="llama.cpp"),
        pytest.param({"id": "fake-model"}, 16_384, id="a careful guess"),
    ],
)
async def test_the_context_length_is_asked_of_the_server(model, context):
    with FakeProvider([], models=[model]) as provider:
        opened = open_model(provider.openai(), memory=Memory())
        assert await opened.context_tokens() == context
        await opened.close()


async def test_settings_know_the_context_length_better_than_the_server():
    with FakeProvider([], models=[{"id": "fake-model", "max_model_len": 32768}]) as provider:
        opened = open_model(provider.openai(context_tokens=5000), memory=Memory())
        assert await opened.context_tokens() == 5000
        await opened.close()


async def test_what_a_server_does_not_count_is_estimated(ask):
    with FakeProvider([Say(ANSWER, usage=False)]) as provider:
        await ask(provider.openai())

    assert ask.model.usage.input_tokens > 0
    assert ask.model.usage.output_tokens > 0


async def test_signed_thinking_goes_back_as_it_came(ask):
    with FakeProvider([Say(ANSWER, thinking="Let me see."), Say(ANSWER)]) as provider:
        reply = await ask(provider.anthropic())
        again = [
            *conversation(),
            Message(role="assistant", text=reply.text, native=reply.native),
            Message(role="user", text="And now?"),
        ]
        await ask(provider.anthropic(), again)

        [thought, said] = provider.asked[1].body["messages"][1]["content"]
        assert (thought["type"], thought["thinking"]) == ("thinking", "Let me see.")
        assert thought["signature"] == "signed:Let me see."
        assert said["text"] == ANSWER


async def test_the_part_of_a_conversation_that_stays_is_marked_for_the_cache(ask):
    with FakeProvider([Say(ANSWER)]) as provider:
        messages = [
            *conversation(),
            Message(role="assistant", text="First."),
            Message(role="user", text="Go on."),
        ]
        await ask(provider.anthropic(), messages)

        body = provider.asked[0].body
        assert "cache_control" in body["system"][-1]
        marked = [["cache_control" in block for block in each["content"]] for each in body["messages"]]
        assert marked == [[False], [True], [False]]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param(None, "no model is configured: set model.model_name", id="nothing"),
        pytest.param(ModelSettings(), "no model is configured", id="empty settings"),
        pytest.param(
            ModelSettings(model_name="gpt-6.2-sol"), "no API key for openai: set model.api_key", id="no key"
        ),
    ],
)
def test_without_a_model_it_is_said_what_to_set(settings, sentence):
    with pytest.raises(EngineUnavailable, match=sentence):
        open_model(settings)


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        pytest.param(
            {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]},
            {
                "type": "object",
                "properties": {"n": {"type": "integer"}},
                "required": ["n"],
                "additionalProperties": False,
            },
            id="keywords that strict formats refuse are left out",
        ),
        pytest.param(
            {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 3},
            {"type": "array", "items": {"type": ["string", "null"]}},
            id="list",
        ),
        pytest.param({"type": "object", "properties": {"any": {}}}, None, id="free-form part"),
        pytest.param({"$ref": "#/$defs/x", "$defs": {"x": {"type": "string"}}}, None, id="reference"),
        pytest.param({"type": "object"}, None, id="object of anything"),
        pytest.param(
            {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(25)}},
            None,
            id="more optional properties than are taken",
        ),
    ],
)
def test_a_schema_is_closed_for_strict_formats_or_left_to_the_prompt(schema, shape):
    assert closed(schema) == shape


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_call_can_be_cancelled_while_the_server_is_silent(ask, protocol):
    with FakeProvider([Hang(after=ANSWER)]) as provider:
        call = asyncio.create_task(ask(settings_of(provider, protocol)))
        await asyncio.to_thread(provider.was_asked.wait, 20)
        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call
