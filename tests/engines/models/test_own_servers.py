"""Servers of one's own: the odd answers of each, a context that is too short, a model that is blind.

Each is played by a loopback server that answers as `vLLM`, `SGLang`, `Ollama`, `llama.cpp` and `LM Studio`
are known to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from browser.model.actions import Click
from browser.model.observation import Element
from engines.chat.engine import Skyvern
from engines.errors import ModelTruncated, ModelUnreachable
from engines.models.chat import Message
from engines.models.dialect import Memory
from engines.models.failures import ContextOverflow
from engines.models.ladder import LadderedModel
from engines.models.model import open_model
from engines.models.patience import Patience
from engines.models.protocols.own_server import context_length, root_of
from engines.models.tokens import estimated_prompt
from engines.protocol import Act, Goal, ModelSettings, Turn
from testbed.recorded_model import RecordedModel
from tests.support.providers import (
    Answer,
    Asked,
    Endless,
    Fail,
    FakeProvider,
    Hang,
    Page,
    Say,
    images_of,
    refuses_images,
    refuses_json_object,
    refuses_lists_of_parts,
    takes_one_image,
)
from tests.support.shop import shop

SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
ANSWER = '{"answer": "yes"}'
CLICK = '{"thought": "Open the cart.", "actions": [{"action": "click", "ref": "f0e2"}]}'
QUESTION = [Message(role="system", text="You answer in JSON."), Message(role="user", text="Well?")]


async def no_sleep(seconds: float) -> None:
    pass


@pytest.fixture
async def open_():
    """Open a model; dialects are remembered for one test."""
    memory, opened = Memory(), []

    def once(settings: ModelSettings) -> LadderedModel:
        model = open_model(settings, memory=memory, patience=Patience(sleep=no_sleep))
        opened.append(model)
        return model

    yield once
    for model in opened:
        await model.close()


# the structured output of each


def knows_no_guided_json(body: dict[str, Any]) -> Fail | None:
    """vLLM since 0.12."""
    return Fail(400, "guided_json was removed") if any(key.startswith("guided_") for key in body) else None


def takes_the_nested_form(body: dict[str, Any]) -> Fail | None:
    """llama.cpp leaves a flat form out without a word; a test cannot see that, so it is an error here."""
    form = body.get("response_format") or {}
    flat = form.get("type") == "json_schema" and "schema" not in form.get("json_schema", {})
    return Fail(400, "a flat json_schema") if flat else None


def needs_mmproj(body: dict[str, Any]) -> Fail | None:
    """llama.cpp without the part that sees."""
    if any(images_of(message["content"]) for message in body["messages"]):
        return Fail(500, "image input is not supported - hint: you may need to provide the mmproj")
    return None


@pytest.mark.parametrize(
    ("rules", "answers", "calls"),
    [
        pytest.param([knows_no_guided_json], [Say(ANSWER)], 1, id="vLLM"),
        pytest.param(
            [], [Say("", thinking=ANSWER)], 1, id="vLLM puts the constrained JSON into the thinking"
        ),
        pytest.param([], [Say(f"<think>Yes?</think>\n{ANSWER}")], 1, id="SGLang without a reasoning parser"),
        pytest.param([], [Say(ANSWER, thinking="Yes?")], 1, id="SGLang with one"),
        pytest.param(
            [], [Say("", thinking="Let me think."), Say(ANSWER)], 2, id="Ollama says all of it as thinking"
        ),
        pytest.param([], [Say("Yes, of course."), Say(ANSWER)], 2, id="Ollama ignores the form"),
        pytest.param([takes_the_nested_form], [Say(ANSWER)], 1, id="llama.cpp"),
        pytest.param([refuses_json_object], [Say(ANSWER)], 1, id="LM Studio"),
        pytest.param([refuses_json_object], [Say(""), Say(ANSWER)], 3, id="LM Studio answers nothing once"),
    ],
)
async def test_the_odd_answers_of_each_server_come_to_the_same(open_, rules, answers, calls):
    with FakeProvider(answers, rules=rules) as provider:
        reply = await open_(provider.openai()).ask(QUESTION, SCHEMA)

        assert ANSWER in reply.text
        assert len(provider.asked) == calls


async def test_a_form_that_is_ignored_everywhere_is_not_asked_for_again(open_):
    with FakeProvider(lambda asked: Say("Yes, of course.")) as provider:
        model = open_(provider.openai())
        await model.ask(QUESTION, SCHEMA)
        await model.ask(QUESTION, SCHEMA)

        forms = [(asked.body.get("response_format") or {}).get("type") for asked in provider.asked]
        assert forms == ["json_schema", "json_object", None, None]


# how long the context is

LOADED = {"models": [{"name": "other", "context_length": 99}, {"name": "m:latest", "context_length": 4096}]}
STUDIO = {
    "data": [{"id": "m", "state": "loaded", "max_context_length": 131072, "loaded_context_length": 8192}]
}


@pytest.mark.parametrize(
    ("listed", "tells", "context"),
    [
        pytest.param({"max_model_len": 32768}, {}, 32768, id="vLLM"),
        pytest.param({}, {"/get_server_info": {"context_length": 40960}}, 40960, id="SGLang"),
        pytest.param(
            {}, {"/get_server_info": {"context_length": None, "max_req_input_len": 32762}}, 32762,
            id="SGLang, where nobody set it",
        ),
        pytest.param({}, {"/api/ps": LOADED}, 4096, id="Ollama"),
        pytest.param({}, {"/api/ps": {"models": [{"name": "other", "context_length": 9}]}}, 16384,
                     id="Ollama, another model loaded"),
        pytest.param(
            {"meta": {"n_ctx_train": 131072}}, {"/props": {"default_generation_settings": {"n_ctx": 8192}}},
            8192, id="llama.cpp, which lists what the model was trained with",
        ),
        pytest.param({}, {"/api/v0/models": STUDIO}, 8192, id="LM Studio"),
        pytest.param({}, {"/props": ["no", "object"]}, 16384, id="something else: a careful guess"),
    ],
)  # fmt: skip
async def test_the_context_length_is_what_the_server_gives_and_not_what_the_model_could_take(
    open_, listed, tells, context
):
    with FakeProvider([], models=[{"id": "m", **listed}], tells=tells) as provider:
        assert await open_(provider.openai(model_name="m")).context_tokens() == context


async def test_what_the_settings_say_of_the_context_is_believed(open_):
    with FakeProvider([], tells={"/api/ps": LOADED}) as provider:
        assert await open_(provider.openai(model_name="m", context_tokens=9000)).context_tokens() == 9000


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://gpu.example/llm/v1", "https://gpu.example/llm"),
    ],
)
def test_the_servers_own_addresses_lie_beside_the_protocol(base_url, root):
    assert root_of(base_url) == root


async def test_servers_are_asked_until_one_knows():
    asked: list[str] = []

    async def get(address: str) -> Any:
        asked.append(address)
        return STUDIO if address.endswith("/api/v0/models") else None

    assert await context_length("http://h/v1", "m", get) == 8192
    assert asked == ["http://h/props", "http://h/api/ps", "http://h/api/v0/models"]


# the greeting


async def test_a_server_is_greeted_once_so_that_it_loads_the_model_and_shows_whether_it_sees(open_):
    with FakeProvider([]) as provider:
        first, second = open_(provider.openai()), open_(provider.openai())
        await first.context_tokens()
        await second.context_tokens()

        [greeting] = provider.greeted
        assert [image.size for image in greeting.images] == [(280, 280)]
        assert greeting.body["max_tokens"] == 16
        assert first.sees_images
        assert first.remarks == ()
        assert (first.usage.calls, second.usage.calls) == (1, 0)


async def test_a_server_that_rejects_the_picture_is_greeted_in_words_so_that_it_loads_the_model(open_):
    with FakeProvider([], rules=[refuses_images]) as provider:
        model = open_(provider.openai())
        await model.context_tokens()

        assert [len(asked.images) for asked in provider.greeted] == [1, 0]
        assert (model.usage.calls, model.usage.failed_calls) == (1, 1)


@pytest.mark.parametrize("name", ["gpt-5.6-sol", "openai/gpt-4.1-mini", "claude-sonnet-5-5", "gemini-3-pro"])
async def test_a_model_that_is_known_by_its_name_is_not_greeted(open_, name):
    with FakeProvider([], models=[{"id": name}]) as provider:
        model = open_(provider.openai(model_name=name))

        assert await model.context_tokens() >= 200_000
        assert provider.greeted == []
        assert model.calls_tools


PROPS = {"default_generation_settings": {"n_ctx": 8192}}


@pytest.mark.parametrize("sees", [True, False], ids=["sees", "is blind"])
@pytest.mark.parametrize(
    ("listed", "tells"),
    [
        pytest.param(
            lambda sees: {},
            lambda sees: {"/props": {**PROPS, "modalities": {"vision": sees}}},
            id="llama.cpp",
        ),
        pytest.param(
            lambda sees: {},
            lambda sees: {
                "/api/v0/models": {"data": [{**STUDIO["data"][0], "type": "vlm" if sees else "llm"}]}
            },
            id="LM Studio",
        ),
        pytest.param(
            lambda sees: {
                "context_length": 8192,
                "architecture": {"input_modalities": ["text", "image"] if sees else ["text"]},
            },
            lambda sees: {},
            id="a list that names what a model takes",
        ),
    ],
)
async def test_a_server_that_says_all_of_its_model_is_not_greeted(open_, listed, tells, sees):
    with FakeProvider([], models=[{"id": "m", **listed(sees)}], tells=tells(sees)) as provider:
        model = open_(provider.openai(model_name="m"))

        assert await model.context_tokens() == 8192
        assert provider.greeted == []
        assert model.sees_images is sees


@pytest.mark.parametrize(
    "server",
    [
        pytest.param({"rules": [refuses_images]}, id="a model that is text only"),
        pytest.param({"rules": [refuses_lists_of_parts]}, id="a server that takes strings alone"),
        pytest.param({"rules": [needs_mmproj]}, id="llama.cpp without mmproj"),
        pytest.param({"counts_images": False}, id="a template that leaves pictures out without a word"),
    ],
)
async def test_a_blind_model_is_known_before_the_first_page_and_the_caller_is_told(open_, server):
    with FakeProvider([Say(CLICK)], **server) as provider:
        engine = Skyvern(open_(provider.openai()))
        decision = await engine.decide(
            Turn(goal=Goal(text="Open the cart"), observation=shop(), steps_left=3)
        )

        assert decision.actions == (Click("f0e2"),)
        assert engine.view.screenshots == "none"
        assert not any(asked.images for asked in provider.asked)
        [remark] = engine.remarks
        assert "takes no pictures, so the work is done from the text of pages alone; serve a model" in remark


async def test_a_server_that_takes_one_picture_is_not_blind(open_):
    with FakeProvider([], rules=[takes_one_image]) as provider:
        model = open_(provider.openai())
        await model.context_tokens()

        assert model.sees_images


@pytest.mark.parametrize(
    ("answer", "patience_s", "sentence"),
    [
        pytest.param(Hang(), 0.2, "waiting for a first token took more than 0.2 seconds.*is busy", id="slow"),
        pytest.param(Fail(401, "no"), 60, r"refused the API key .*check model\.api_key", id="key"),
        pytest.param(Page(), 60, r"no chat endpoint at .*check model\.base_url", id="a web page"),
    ],
)
async def test_what_is_wrong_with_a_server_shows_in_the_greeting(open_, answer, patience_s, sentence):
    class Grumpy(FakeProvider):
        def answer(self, asked: Asked) -> Answer:
            return answer

    with Grumpy([]) as provider, pytest.raises(ModelUnreachable, match=sentence):
        await open_(provider.openai(first_token_timeout_s=patience_s)).context_tokens()


# prompts that do not fit


def cutting(context: int, said: str) -> Callable[[Asked], Answer]:
    """Ollama: what does not fit is cut from the start, and only the count tells."""

    def answer(asked: Asked) -> Answer:
        sent = sum(len(asked.text(index)) for index in range(len(asked.messages))) // 4
        return Say(said, input_tokens=min(sent, context))

    return answer


def lines(count: int) -> tuple[Element, ...]:
    return tuple(
        Element(ref=f"f0e{100 + n}", role="text", name=f"line {n} " + "word " * 20) for n in range(count)
    )


async def test_a_prompt_that_was_cut_without_a_word_is_shortened_and_the_caller_is_told_the_remedy(open_):
    with FakeProvider(cutting(1500, CLICK)) as provider:
        engine = Skyvern(open_(provider.openai(context_tokens=32000)))
        observation = shop(pictures=0, extra=lines(900))
        decision = await engine.decide(Turn(goal=Goal(text="Open the cart"), observation=observation))

        assert isinstance(decision, Act)
        cut, whole = (sum(len(asked.text(n)) for n in (0, 1)) for asked in provider.asked)
        assert whole < cut / 2
        [remark] = engine.remarks
        assert "cut the prompt to 1500 tokens of about" in remark
        assert "Ollama: OLLAMA_CONTEXT_LENGTH" in remark


async def test_who_asks_after_a_cut_is_told_what_the_server_really_takes(open_):
    with FakeProvider(cutting(1500, CLICK)) as provider:
        model = open_(provider.openai(context_tokens=32000))
        await model.context_tokens()
        with pytest.raises(ContextOverflow):
            await model.ask([Message(role="user", text="word " * 8000)])

        assert await model.context_tokens() == 1500


async def test_a_server_that_never_takes_the_prompt_ends_with_the_remedy(open_):
    refusal = Fail(400, "the request exceeds the available context size (2048 tokens)")
    with (
        FakeProvider(lambda asked: refusal) as provider,
        pytest.raises(ModelTruncated, match="--max-model-len"),
    ):
        await Skyvern(open_(provider.openai())).decide(Turn(goal=Goal(text="x"), observation=shop()))


@pytest.mark.parametrize("context", [4096, 8192, 16384])
async def test_prompt_pictures_and_reply_fit_the_context(context):
    page = replace(shop(pictures=3, extra=lines(900)))
    big = replace(page.screenshots[0], width_px=1280, height_px=720)
    model = RecordedModel([CLICK] * 2, context_tokens=context)
    engine = Skyvern(model, max_scrolls=2)
    for _ in range(2):
        await engine.decide(
            Turn(goal=Goal(text="Open the cart"), observation=replace(page, screenshots=(big,) * 3))
        )

    assert max(estimated_prompt(messages) for messages in model.asked) <= context - context // 4
    assert model.asked[0][-1].images
    assert engine.view.budget_tokens < context // 2


# replies without end, and calls in vain


async def test_a_reply_without_end_is_cut_by_its_length_long_before_the_time_is_up(open_):
    with FakeProvider(lambda asked: Endless()) as provider:
        reply = await open_(provider.openai(max_tokens=50)).ask(QUESTION)

        assert reply.cut
        assert 50 * 16 < len(reply.text) < 50 * 16 + 200


async def test_a_reply_without_end_of_the_other_protocol_ends_with_the_time(open_):
    with (
        FakeProvider(lambda asked: Endless()) as provider,
        pytest.raises(ModelUnreachable, match=r"the whole reply took more than 0\.3 seconds"),
    ):
        await open_(provider.anthropic(total_timeout_s=0.3)).ask(QUESTION)


async def test_a_model_that_talks_without_end_ends_as_truncated(open_):
    with FakeProvider(lambda asked: Endless()) as provider, pytest.raises(ModelTruncated, match="cut off"):
        await Skyvern(open_(provider.openai(max_tokens=50))).decide(
            Turn(goal=Goal(text="x"), observation=shop(pictures=0))
        )


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
async def test_calls_in_vain_are_counted(open_, protocol):
    answers = [Fail(500, "oops"), Fail(429, "slow down", headers={"Retry-After": "1"}), Say(ANSWER)]
    with FakeProvider(answers) as provider:
        model = open_(getattr(provider, protocol)())
        await model.ask(QUESTION)

        assert (model.usage.calls, model.usage.failed_calls) == (1, 2)


async def test_calls_in_vain_are_counted_also_where_no_answer_comes(open_):
    with FakeProvider(lambda asked: Fail(500, "oops")) as provider:
        model = open_(provider.openai())
        with pytest.raises(ModelUnreachable, match="failed with status 500: oops; its own log says more"):
            await model.ask(QUESTION)

        assert (model.usage.calls, model.usage.failed_calls) == (0, len(provider.asked))
