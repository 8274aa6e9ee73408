"""What every engine over a model asks beside the task, from the fields of the request: each by its own protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from browser.model.observation import Element, Observation
from engines.chat.engine import Skyvern
from engines.cua.anthropic.dialect import BROWSER, dialect_of
from engines.cua.anthropic.engine import AnthropicComputerUse
from engines.cua.openai.engine import OpenAIComputerUse
from engines.cua.ui_tars.engine import UiTars
from engines.errors import ModelError
from engines.models.chat import Message, Reply
from engines.output_spec import Schema
from engines.planner.engine import Planner
from engines.protocol import CodeChooser, Engine, EngineOptions, Evidence, Finish, Goal, ModelSettings, Usage
from engines.registry import create_engine
from tests.support import messages_server
from tests.support.model_server import ModelHandler, ModelServer, Refuse
from tests.support.responses_server import words
from tests.support.shop import shop

GOAL = Goal(
    text="Order the lamp",
    url="https://shop.test/list",
    error_codes={"SOLD_OUT": "the lamp is sold out", "NO_LOGIN": "the password is wrong"},
)
FERRY = "The ferry to Brightholm leaves at nine"
ON_THE_WAY = Observation(
    url="https://shop.test/ferry",
    elements=(Element(ref="f0e1", role="heading", tag="h1", name=FERRY, text=FERRY),),
    text=FERRY,
)


class Chat:
    """A chat model that always says the same and keeps what it was asked."""

    sees_images, calls_tools = True, False
    remarks: tuple[str, ...] = ()
    usage = Usage(model="UI-TARS-1.5-7B")

    def __init__(self, says: str) -> None:
        self.says, self.asked = says, ""

    async def context_tokens(self) -> int:
        return 32_000

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        self.asked += "\n".join(message.text for message in messages)
        return Reply(text=self.says)

    async def close(self) -> None:
        pass


class Responses(Chat):
    """The same behind the Responses API."""

    model = "fake-model"
    extra_body: Mapping[str, Any] = {}

    async def ask(self, request: Mapping[str, Any], *, images: int) -> dict[str, Any]:
        self.asked += str(request)
        return {"id": "r", "output": [words(self.says)]}


class Messages(Chat):
    """The same behind the messages API."""

    async def ask(self, request: Mapping[str, Any], *, images: int) -> list[dict[str, Any]]:
        self.asked += str(request)
        return [messages_server.words(self.says)]


def over_a_model(kind: str, says: str) -> tuple[Engine, Chat]:
    """The engine, and the model that it asks."""
    match kind:
        case "skyvern-1.0":
            return Skyvern(model := Chat(says)), model
        case "skyvern-2.0":
            return Planner(model := Chat(says)), model
        case "openai-cua":
            return OpenAIComputerUse(model := Responses(says)), model
        case "anthropic-cua" | "anthropic-cua-browser":
            tools = {"tools": [{"type": BROWSER}]} if kind.endswith("browser") else {}
            return AnthropicComputerUse(
                model := Messages(says), dialect_of("claude-sonnet-5-5", tools)
            ), model
        case "ui-tars":
            return UiTars(model := Chat(says), model), model
    raise ValueError(kind)


ASKING = ("skyvern-1.0", "skyvern-2.0", "openai-cua", "anthropic-cua", "anthropic-cua-browser", "ui-tars")


@pytest.mark.parametrize("engine_name", ASKING)
async def test_the_model_is_asked_which_codes_describe_a_failure_and_only_those_of_the_caller_count(
    engine_name,
):
    engine, model = over_a_model(engine_name, '{"error_codes": ["SOLD_OUT", "INVENTED"]}')

    codes = await engine.choose_codes(GOAL, "the order button is grey", ON_THE_WAY)

    assert isinstance(engine, CodeChooser)
    assert codes == ("SOLD_OUT",)
    for told in ("the order button is grey", "the password is wrong", FERRY):
        assert told in model.asked


async def test_without_a_model_a_code_is_chosen_by_the_words_of_the_page():
    engine = create_engine("embedded", EngineOptions())

    assert await engine.choose_codes(GOAL, "the lamp is sold out", None) == ("SOLD_OUT",)
    assert await engine.choose_codes(GOAL, "there is no such button", None) == ()


@pytest.mark.parametrize("engine_name", ASKING)
async def test_the_completion_check_shows_the_pages_on_the_way_where_they_are_given(engine_name):
    engine, model = over_a_model(engine_name, '{"met": false, "reason": "no order was sent"}')
    page, finish = shop(), Finish(output={"price": 25})

    await engine.judge(GOAL, Evidence(finish=finish, before=page, after=page))
    assert "Brightholm" not in model.asked

    verdict = await engine.judge(GOAL, Evidence(finish=finish, before=page, after=page, pages=(ON_THE_WAY,)))
    assert FERRY in model.asked
    assert (verdict.met, verdict.reason) == (False, "no order was sent")


class Refusing(ModelServer):
    """A server of any protocol that notes which model is asked for, and has none."""

    def __init__(self) -> None:
        super().__init__(RefusingHandler)
        self.models: list[str] = []


class RefusingHandler(ModelHandler):
    def do_POST(self) -> None:  # noqa: N802  the library calls it so
        _, body = self.received()
        self.fake.models.append(body["model"])
        self.refuse(Refuse(400, "no such model"))

    def do_GET(self) -> None:  # noqa: N802
        self.refuse(Refuse(404))


@pytest.mark.parametrize(
    "engine_name", ["skyvern-1.0", "skyvern-2.0", "openai-cua", "anthropic-cua", "ui-tars"]
)
async def test_the_model_of_the_task_is_the_one_that_is_asked(engine_name):
    with Refusing() as server:
        provider = "anthropic" if engine_name == "anthropic-cua" else "openai"
        base_url = server.url if provider == "anthropic" else f"{server.url}/v1"
        model = ModelSettings(model_name="claude-of-ours", provider=provider, base_url=base_url, api_key="k")
        engine = create_engine(engine_name, EngineOptions(model=model))

        with pytest.raises(ModelError):
            await engine.propose_start(GOAL)
        await engine.close()

    assert set(server.models) == {"claude-of-ours"}
