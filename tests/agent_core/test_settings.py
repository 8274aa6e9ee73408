"""What the environment says, and which engine, model and way out follow from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_core.config import Price, Settings
from agent_core.errors import BadRequest
from agent_core.runner.preparing.deciding import make_engine
from agent_core.runner.preparing.resolve import goal_of, prepare, start_address
from agent_core.task.request import TaskRequest
from agent_core.testing import Scripted
from engines.errors import EngineUnavailable, UnknownEngine
from engines.protocol import Goal, Usage

LOCAL = Settings(base_url="http://127.0.0.1:11434/v1", model="small")
NONE = Settings()


def prepared(settings: Settings = NONE, **fields: object):
    return prepare(TaskRequest.of({"prompt": "Find", **fields}), settings=settings)


def test_an_empty_environment_is_all_defaults():
    assert Settings.from_env({}) == Settings()
    assert Settings.from_env({"AGENT_CORE_MODEL": " "}) == Settings()


def test_the_environment_is_read_where_it_is_given(tmp_path):
    table = tmp_path / "proxies.json"
    table.write_text('{"US": "http://127.0.0.1:3128"}')
    settings = Settings.from_env(
        {
            "AGENT_CORE_MODEL": "small",
            "AGENT_CORE_HEADLESS": "no",
            "AGENT_CORE_PROXIES": str(table),
            "AGENT_CORE_PRICES": '{"small": {"input": 1, "output": 2}}',
            "AGENT_CORE_HOME": str(tmp_path),
        }
    )
    assert (settings.model, settings.headless, settings.home) == ("small", False, tmp_path)
    assert settings.proxies == {"US": "http://127.0.0.1:3128"}
    assert settings.prices == {"small": Price(input=1, output=2)}


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"AGENT_CORE_HEADLESS": "maybe"}, "AGENT_CORE_HEADLESS: 'maybe' is neither 1 nor 0"),
        ({"AGENT_CORE_PROXIES": "/nowhere"}, "AGENT_CORE_PROXIES: neither a JSON object nor the path"),
        ({"AGENT_CORE_PROXIES": "{"}, "AGENT_CORE_PROXIES: neither a JSON object nor the path"),
        ({"AGENT_CORE_PROVIDER": "acme"}, "settings: provider: Input should be 'openai' or 'anthropic'"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:20],
)
def test_a_variable_that_cannot_be_used_is_named(environ, sentence):
    with pytest.raises(BadRequest) as caught:
        Settings.from_env(environ)
    assert str(caught.value).startswith(sentence)


def test_no_key_is_shown():
    settings = Settings.from_env({"OPENAI_API_KEY": "hunter2", "AGENT_CORE_API_KEY": "hunter2"})
    assert "hunter2" not in repr(settings)


def test_a_key_alone_is_no_model():
    assert Settings(openai_api_key="k").model_settings() is None


@pytest.mark.parametrize(
    ("settings", "request_", "expected"),
    [
        pytest.param(LOCAL, {}, ("small", "openai", "http://127.0.0.1:11434/v1", ""), id="a server here"),
        pytest.param(
            Settings(model="m", openai_api_key="o"), {}, ("m", "openai", "", "o"), id="the provider's own"
        ),
        pytest.param(
            Settings(model="m", anthropic_api_key="a"),
            {},
            ("m", "anthropic", "", "a"),
            id="the provider of the only key",
        ),
        pytest.param(
            Settings(openai_api_key="o", openai_base_url="http://gate/v1"),
            {"model_name": "m"},
            ("m", "openai", "http://gate/v1", "o"),
            id="the provider's key at the provider's configured address",
        ),
        pytest.param(
            Settings(model="m", openai_api_key="o"),
            {"base_url": "http://other/v1"},
            ("m", "openai", "http://other/v1", ""),
            id="a provider's key is not sent elsewhere",
        ),
        pytest.param(
            LOCAL.model_copy(update={"api_key": Settings(api_key="k").api_key}),
            {"base_url": "http://other/v1"},
            ("small", "openai", "http://other/v1", ""),
            id="nor is the key of one server sent to another",
        ),
        pytest.param(
            LOCAL,
            {"model_name": "big", "api_key": "mine", "provider": "anthropic"},
            ("big", "anthropic", "http://127.0.0.1:11434/v1", "mine"),
            id="the request comes first",
        ),
    ],
)
def test_which_model_is_talked_to(settings, request_, expected):
    model = settings.model_settings(request_)
    assert (model.model_name, model.provider, model.base_url, model.api_key) == expected


@pytest.mark.parametrize(
    ("provider", "key"), [("openai", "OPENAI_API_KEY"), ("anthropic", "ANTHROPIC_API_KEY")]
)
def test_a_missing_key_names_the_variable_to_set(provider, key):
    with pytest.raises(BadRequest, match=f"^model.api_key: no key for {provider}: set {key}"):
        Settings(model="m", provider=provider).model_settings()


@pytest.mark.parametrize(
    ("asked", "settings", "serves", "run_type"),
    [
        ("skyvern-2.0", NONE, "embedded", "task_v2"),
        ("skyvern-1.0", NONE, "embedded", "task_v1"),
        ("skyvern-2.0", LOCAL, "skyvern-2.0", "task_v2"),
        ("skyvern-1.0", LOCAL, "skyvern-1.0", "task_v1"),
        ("embedded", LOCAL, "embedded", "task_v1"),
    ],
)
def test_which_engine_serves(asked, settings, serves, run_type):
    task = prepared(settings, engine=asked)
    assert (task.decider.name, task.request.run_type) == (serves, run_type)
    assert bool(task.warnings) == (asked != serves)
    assert (task.decider.options.model is None) == (serves == "embedded")


@pytest.mark.parametrize("name", ["openai-cua", "anthropic-cua", "ui-tars"])
def test_an_engine_that_cannot_work_here_says_what_is_missing(name):
    with pytest.raises(EngineUnavailable, match=name):
        make_engine(prepared(engine=name))


def test_an_unknown_engine_is_answered_with_those_there_are():
    with pytest.raises(UnknownEngine, match="no engine 'skyvern-9'; there are"):
        make_engine(prepared(engine="skyvern-9"))


def test_the_callers_own_engine_is_used_as_it_is_or_made_of_the_options():
    engine = Scripted([])
    assert make_engine(prepared(), engine) is engine
    options = []
    make_engine(prepared(LOCAL, max_screenshot_scrolls=3), lambda given: options.append(given) or engine)
    assert options[0].max_scrolls == 3


def test_a_wish_in_words_needs_a_model():
    with pytest.raises(BadRequest, match=r"^data_extraction_schema: .*needs a JSON Schema or an example"):
        prepared(data_extraction_schema="all prices")
    task = prepared(LOCAL, engine="skyvern-1.0", data_extraction_schema="all prices")
    assert task.warnings == ("the output is not validated: data_extraction_schema is a wish in words",)


def test_a_cost_limit_needs_a_price():
    with pytest.raises(BadRequest, match=r"^max_cost_usd: no price is known for 'small'; set"):
        prepared(LOCAL, max_cost_usd=1)
    priced = LOCAL.model_copy(update={"prices": {"small": Price(input=2, output=10, cached=0.5)}})
    task = prepared(priced, max_cost_usd=1)
    usage = Usage(input_tokens=1_000_000, cached_tokens=400_000, output_tokens=100_000)
    assert task.limits.price(usage) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.1 * 10)


TABLE = Settings(
    proxies={"US": "http://us:1", "US-CA": "http://u:p%40s@ca:2", "RESIDENTIAL_DE": "socks5://de:3"}
)


@pytest.mark.parametrize(
    ("location", "server"),
    [
        (None, None),
        ("NONE", None),
        ("US-CA", "http://ca:2"),
        ("residential_de", "socks5://de:3"),
        ({"country": "US", "subdivision": "CA", "city": "Oakland"}, "http://ca:2"),
        ({"country": "US", "subdivision": "NY"}, "http://us:1"),
        ({"country": "DE"}, "socks5://de:3"),
        ({"url": "http://u:p@[::1]:8"}, "http://[::1]:8"),
    ],
    ids=repr,
)
def test_which_proxy_is_used(location, server):
    proxy = prepared(TABLE, proxy_location=location).way.proxy
    assert (proxy and proxy.server) == server


def test_a_proxys_password_is_decoded():
    proxy = prepared(TABLE, proxy_location="US-CA").way.proxy
    assert (proxy.username, proxy.password) == ("u", "p@s")


def test_residential_without_a_table_goes_out_directly_and_says_so():
    task = prepared(proxy_location="RESIDENTIAL")
    assert task.way.proxy is None
    assert task.warnings[0].startswith("proxy_location RESIDENTIAL has no entry in AGENT_CORE_PROXIES")


@pytest.mark.parametrize("location", ["RESIDENTIAL_JP", {"country": "JP"}])
def test_any_other_location_without_an_entry_is_an_error(location):
    with pytest.raises(BadRequest, match=r"^proxy_location: no proxy is known for"):
        prepared(TABLE, proxy_location=location)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("RESIDENTIAL_JP", "JP"),
        ("residential_jp", "RESIDENTIAL_JP"),
        ("JP", "RESIDENTIAL_JP"),
        ("JP-13", "JP"),
    ],
)
def test_a_name_is_looked_up_as_the_place_that_it_stands_for(name, entry):
    table = Settings(proxies={entry: "http://proxy.test:8080"})
    place = {"country": "JP", "subdivision": "13"}
    by_name, by_place = (prepared(table, proxy_location=each).way.proxy for each in (name, place))
    assert by_name is not None
    assert by_name == by_place


class Proposer(Scripted):
    def __init__(self, proposal: str) -> None:
        super().__init__([])
        self.proposal = proposal

    async def propose_start(self, goal: Goal) -> str:
        return self.proposal


@pytest.mark.parametrize(
    ("prompt", "url", "engine", "search_url", "start"),
    [
        ("a.com", "http://given/", Proposer("http://p/"), "http://s/", "http://given/"),
        ("Open a.com", None, Proposer("http://p/"), "http://s/", "https://a.com"),
        ("Open a.com/?token=q1w2e3r4t5", None, Scripted([]), "", "https://a.com/?token=q1w2e3r4t5"),
        ("Tea", None, Proposer("http://p/"), "http://s/", "http://p/"),
        ("Tea", None, Proposer("somewhere"), "http://s/?q={query}", "http://s/?q=Tea"),
        ("Green tea", None, Scripted([]), "http://s/?q={query}", "http://s/?q=Green%20tea"),
        ("Tea", None, Scripted([]), "", ""),
    ],
    ids=["given", "named", "named with a token", "proposed", "no proposal", "search", "none"],
)
async def test_where_a_run_begins(prompt, url, engine, search_url, start):
    request = TaskRequest.of({"prompt": prompt, "url": url})
    goal = replace(goal_of(request), text=prompt.replace("q1w2e3r4t5", "***"))
    assert await start_address(request, goal, engine, search_url) == start
