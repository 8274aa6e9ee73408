"""Servers as they are: every odd answer is a reply, or the library's own error with a sentence; nothing goes astray."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from browser.model.observation import Observation
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.read import read_reply
from engines.action_codec.reply_error import ReplyError
from engines.cua.anthropic.messages_api import Messages
from engines.cua.openai.responses_api import Responses
from engines.errors import EngineUnavailable, ModelError, ModelUnreachable
from engines.models.chat import Message
from engines.models.dialect import Memory, reply_limit_in
from engines.models.failures import CallFailed
from engines.models.ladder import LadderedModel
from engines.models.patience import Patience
from engines.models.protocols.anthropic_api import AnthropicProvider
from engines.models.protocols.openai_api import PATHS, OpenAIProvider
from engines.models.transport.connection import proxy_for
from engines.models.transport.endpoint import api_key_of, endpoint_of
from engines.models.transport.error_bodies import raise_where_error
from engines.models.transport.http import HttpClient
from engines.protocol import ModelSettings

SAID = '{"a": "x"}'
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
QUESTION = [Message(role="system", text="PROMPT-1"), Message(role="user", text="Well?")]
Sent = tuple[int, dict[str, str], bytes]


async def no_sleep(seconds: float) -> None:
    pass


class Server:
    """Answers each request by a function of its body; keeps paths, headers and bodies."""

    def __init__(self, answer: Callable[[dict[str, Any]], Sent], host: str = "127.0.0.1") -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                outer.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers, data = answer(json.loads(body))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)
                if "stall" in headers:
                    outer.over.wait(20)

            def log_message(self, *words: object) -> None:
                pass

        self.over = threading.Event()
        self.http = ThreadingHTTPServer((host, 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://{host}:{self.http.server_address[1]}"


@contextmanager
def serving(answer: Callable[[dict[str, Any]], Sent], host: str = "127.0.0.1") -> Iterator[Server]:
    server = Server(answer, host)
    thread = threading.Thread(target=server.http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.http.shutdown()
        server.http.server_close()
        thread.join()


def chunk(delta: Any, finish: Any = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def sse(*chunks: Any, end: str = "\n\n") -> Sent:
    text = "".join(f"data: {json.dumps(each)}{end}" for each in chunks)
    return 200, {"Content-Type": "text/event-stream"}, text.encode()


def js(status: int, value: Any) -> Sent:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def stream(text: str) -> Sent:
    return 200, {"Content-Type": "text/event-stream"}, text.encode("utf-8")


def good() -> Sent:
    return sse(chunk({"content": SAID}), chunk({}, "stop"))


def whole(**message: Any) -> Sent:
    return js(200, {"choices": [{"message": message, "finish_reason": "stop"}]})


async def asked(server: Server, path: str = "/v1", **settings: Any) -> Any:
    given = {"model_name": "m", "base_url": server.url + path, "api_key": "KEY-2", "context_tokens": 9000}
    model = LadderedModel(
        OpenAIProvider(ModelSettings(**{**given, **settings})),
        memory=Memory(),
        patience=Patience(sleep=no_sleep),
    )
    try:
        return await model.ask(QUESTION, SCHEMA)
    finally:
        await model.close()


def call(index: Any, name: str, arguments: Any, **more: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {**({} if index is None else {"index": index}), "function": function, **more}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param(sse(chunk({"content": [{"type": "thinking", "thinking": "no"}, {"type": "text", "text": SAID}]})), SAID, id="content in parts"),
        pytest.param(whole(content=[{"type": "text", "text": SAID}]), SAID, id="not streamed, in parts"),
        pytest.param(sse(chunk({"content": SAID}, usage="none"), chunk({}, None, usage={"prompt_tokens": "12", "completion_tokens": None})), SAID, id="usage as text or null"),
        pytest.param(stream("\ufeff: hello\r\ndata:" + json.dumps(chunk({"content": SAID})) + "\r\n\r\n"), SAID, id="a mark, a comment, CRLF, no blank"),
        pytest.param(stream("data: " + json.dumps(chunk({"content": SAID}))), SAID, id="an end without an empty line"),
        pytest.param(sse(chunk({"content": '{"a": '}), chunk({"content": '"x"}'}), end="\n"), SAID, id="no empty lines"),
        pytest.param(stream('data: {"choices": [\ndata: {"delta": {"content": "{\\"a\\": \\"x\\"}"}}]}\n\n'), SAID, id="an event on two lines"),
        pytest.param((200, {}, json.dumps(chunk({"content": SAID})).encode() + b"\n"), SAID, id="JSON lines"),
        pytest.param(whole(content="", reasoning=f"I think so.\n{SAID}"), f"I think so.\n{SAID}", id="only in the reasoning"),
        pytest.param(sse(chunk({"content": '{"a": "\ud83d'}), chunk({"content": '\ude00"}'})), '{"a": "😀"}', id="an emoji in two pieces"),
        pytest.param(sse(*({"choices": [{**index, "delta": {"content": piece}}]} for index, piece in zip(({"index": None}, {}, {"index": 0}, {"index": "0"}, {"index": None}), (*SAID.partition('"a"'), " ", "\n"), strict=True))), f"{SAID} \n", id="an index that comes and goes"),
        pytest.param(sse(*({"choices": [{"index": 0, "delta": {"content": piece} if piece else {}, "message": {"content": SAID[:end]}}]} for piece, end in ((SAID[:4], 4), (SAID[4:], 99), ("", 99)))), SAID, id="all there is so far beside each piece"),
        pytest.param(js(200, {"choices": [{"message": {"content": text}} for text in (SAID, "another")]}), SAID, id="two choices without an index"),
    ],
)  # fmt: skip
async def test_odd_replies_are_read(answer, text):
    with serving(lambda body: answer) as server:
        assert (await asked(server)).text == text


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        pytest.param([[call(0, "click", {"ref": "e1"})]], [("click", {"ref": "e1"})], id="an object"),
        pytest.param([[call(0, "a", "{}", id="1")], [call(0, "b", '{"x": 1}', id="2")]], [("a", {}), ("b", {"x": 1})], id="one index for two"),
        pytest.param([[call(0, "a", "{}")], [call(0, "a", '{"x": 1}')]], [("a", {}), ("a", {"x": 1})], id="one index, no ids"),
        pytest.param([[call(0, "a", json.dumps('{"x": 1}'))]], [("a", {"x": 1})], id="arguments written as JSON twice"),
        pytest.param([[call(0, "a", json.dumps('{"x": 1}')[:4])], [call(0, "", json.dumps('{"x": 1}')[4:])]], [("a", {"x": 1})], id="twice, in pieces"),
        pytest.param([[call(None, "a", '{"x"')], [call(None, "", ": 1}")]], [("a", {"x": 1})], id="no index"),
        pytest.param([[call(0, "a", '{"x"', id="1")], [call(0, "a", ": 1}", id="1")]], [("a", {"x": 1})], id="the name in every piece"),
    ],
)  # fmt: skip
async def test_tool_calls_are_put_together(calls, said):
    answer = sse(*(chunk({"tool_calls": each}) for each in calls), chunk({}, "tool_calls"))
    with serving(lambda body: answer) as server:
        lines = [json.loads(line) for line in (await asked(server)).text.splitlines()]
    assert [(line["name"], json.loads(line["arguments"])) for line in lines] == said


@pytest.mark.parametrize("word", ["length", "MAX_TOKENS", "max_output_tokens", "FinishReason.MAX_TOKENS"])
async def test_a_reply_that_was_cut_is_known_by_every_word_for_it(word):
    with serving(lambda body: sse(chunk({"content": '{"a": "unf'}), chunk({}, word))) as server:
        assert (await asked(server)).cut


@pytest.mark.parametrize(
    "failure",
    [
        js(200, {"error": {"message": "Rate limit exceeded", "code": 429}}),
        js(200, [{"error": {"code": 503, "status": "UNAVAILABLE", "message": "busy"}}]),
        js(403, {"error": {"message": "rateLimitExceeded"}}),
        js(429, [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}]),
        sse({"error": {"message": "Overloaded", "type": "overloaded_error"}}),
        (204, {}, b""),
        stream('data: {"cho'),
    ],
)
async def test_what_passes_is_asked_again_in_whatever_shape_it_comes(failure):
    answers = iter([failure, good()])
    with serving(lambda body: next(answers)) as server:
        assert (await asked(server)).text == SAID


async def test_a_server_that_refuses_to_stream_is_asked_for_the_whole():
    def answer(body):
        if body.get("stream"):
            return js(403, {"error": {"message": "Your organization must be verified to stream this model."}})
        return whole(content=SAID)

    with serving(answer) as server:
        assert (await asked(server)).text == SAID
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "message",
    [
        "max_tokens is too large: {n}. This model supports at most 1024 completion tokens, whereas you provided {n}.",
        "`max_tokens` must be less than or equal to `1024`, the maximum value for `max_tokens` is less than the `context_window`",
        "max_tokens: {n} > 1024, which is the maximum allowed number of output tokens for model-4-20250514",
        "'max_tokens' is too large: {n}. This model's maximum context length is 1524 tokens and your request has 500 input tokens ({n} > 1524 - 500).",
        "maxOutputTokens (max_tokens) of {n} given but the supported range is from 1 (inclusive) to 1025 (exclusive).",
    ],
)
async def test_a_limit_above_the_models_is_lowered_to_what_the_error_names(message):
    def answer(body):
        n = body["max_tokens"]
        return js(400, {"error": {"message": message.format(n=n)}}) if n > 1024 else good()

    with serving(answer) as server:
        assert (await asked(server, max_tokens=5000)).text == SAID
        assert [json.loads(body)["max_tokens"] for _, _, body in server.asked] == [5000, 1024]


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        ("`max_tokens` must be greater than `thinking.budget_tokens`.", None),
        ("max_tokens must be greater than 0", None),
        ("max_tokens cannot be greater than the limit of the model", 4096),
        ("max_tokens is greater than allowed", 4096),
        ("max_tokens must be greater than 0 and less than 2049", 2048),
    ],
)
def test_a_limit_is_lowered_only_where_it_is_too_great(message, limit):
    assert reply_limit_in(message, 8192) == limit


async def test_a_guessed_limit_that_is_refused_too_is_lowered_again():
    def answer(body):
        if body["max_tokens"] > 4096:
            return js(400, {"error": {"message": "max_tokens is too large"}})
        return good() if body["max_tokens"] <= 2048 else js(400, {"error": "max_tokens may be 2048 at most"})

    with serving(answer) as server:
        assert (await asked(server, max_tokens=8192)).text == SAID
        assert [json.loads(body)["max_tokens"] for _, _, body in server.asked] == [8192, 4096, 2048]


@pytest.mark.parametrize(
    ("client", "key", "message"),
    [
        (Responses, "max_output_tokens", {"status": "completed", "output": []}),
        (Messages, "max_tokens", {"type": "message", "content": [{"type": "text", "text": "x"}]}),
    ],
)
async def test_the_limit_of_an_endpoint_is_found_out_once(client, key, message):
    limits: list[int] = []
    trouble = iter([(400, "no such tool"), (400, "no such tool")])

    def answer(body):
        limits.append(body[key])
        if body[key] > 1024:
            return js(400, {"error": {"message": f"{key} must be at most 1024"}})
        return js(200, message) if len(limits) != 3 else js(*next(trouble))

    with serving(answer) as server:
        settings = ModelSettings(model_name="m", base_url=server.url, api_key="k", max_tokens=5000)
        first = client(settings, patience=Patience(sleep=no_sleep))
        await first.ask({}, images=0)
        with pytest.raises((ModelError, CallFailed)):
            await first.ask({}, images=0)
        await first.ask({}, images=0)
        await client(settings, patience=Patience(sleep=no_sleep)).ask({}, images=0)
    assert limits == [5000, 1024, 1024, 1024, 1024]


async def test_the_betas_of_the_settings_are_sent_beside_those_of_the_engine():
    settings = {
        "model_name": "m",
        "api_key": "k",
        "headers": {"Anthropic-Beta": "mine-1, computer-use-2025-11-24"},
    }
    with serving(lambda body: js(200, {"type": "message", "content": []})) as server:
        client = Messages(ModelSettings(base_url=server.url, **settings), ("computer-use-2025-11-24",))
        await client.ask({"context_management": {}}, images=0)
        await client.ask({}, images=0)
        sent = [headers["anthropic-beta"] for _, headers, _ in server.asked]
    assert sent == [
        "mine-1,computer-use-2025-11-24,context-management-2025-06-27",
        "mine-1,computer-use-2025-11-24",
    ]


@pytest.mark.parametrize(
    "tail", ["/v1", "/v1/", "/v1/chat/completions", "/v1/responses", "/v1/messages", " /v1 "]
)
async def test_an_address_may_have_the_protocols_own_path(tail):
    with serving(lambda body: good()) as server:
        await asked(server, base_url=f" '{server.url}{tail.strip()}' ")
        assert server.asked[0][0] == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://ours.services.azure.test/models", "https://ours.services.azure.test/models"),
        ("https://ours.test/models/chat/completions?api-version=1", "https://ours.test/models"),
        ("http://ours.test/v1/models", "http://ours.test/v1"),
        ("http://ours.test/v1beta/openai/models/", "http://ours.test/v1beta/openai"),
    ],
)
def test_an_address_may_really_end_in_models(given, base):
    assert endpoint_of(given, "", PATHS).base == base


async def test_the_query_of_an_address_goes_with_every_request():
    with serving(lambda body: good()) as server:
        await asked(server, "/d/m?api-version=2024-10-21")
        path, headers, _ = server.asked[0]
        assert (path, headers["api-key"]) == ("/d/m/chat/completions?api-version=2024-10-21", "KEY-2")


@pytest.mark.parametrize(
    ("error", "sort"),
    [
        ({"error": "Incorrect API key provided"}, "auth"),
        ({"error": "model 'm' not found, try pulling it first"}, "model"),
        ({"error": "Unexpected endpoint or method. (POST /chat)"}, "address"),
        ({"error": "You exceeded your current quota"}, "quota"),
        ({"error": {"message": "The prompt was blocked by the content_filter"}}, "refused"),
        ({"error": "images must be PNG"}, "bad_request"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, "bad_request"),
        ({"code": "InvalidParameter", "message": "temperature is out of range"}, "bad_request"),
        ({"success": False, "message": "no"}, "bad_request"),
        ({"error": "Too many requests"}, "rate_limit"),
        ({"error": "model runner has unexpectedly stopped"}, "server_error"),
        ({"error": {"message": "Upstream timeout", "code": None}}, "server_error"),
        ({"error": {"message": "no", "code": 502}}, "server_error"),
    ],
)
def test_an_error_under_a_status_of_success_is_what_it_says(error, sort):
    with pytest.raises(CallFailed) as raised:
        raise_where_error(error)
    assert raised.value.kind == sort


async def test_only_an_error_that_may_pass_is_asked_again_in_the_same_words():
    with serving(lambda body: js(200, {"error": "Incorrect API key provided"})) as server:
        with pytest.raises(ModelUnreachable, match="refused the API key"):
            await asked(server)
        assert len(server.asked) == 1


async def test_an_error_in_the_middle_of_a_reply_leaves_the_dialect_as_it_is():
    answers = iter([sse(chunk({"content": "{"}), {"error": "llama runner: signal 11"}), good()])
    with serving(lambda body: next(answers)) as server:
        assert (await asked(server)).text == SAID
        first, second = (json.loads(body) for _, _, body in server.asked)
        assert first == second


@pytest.mark.parametrize(
    "envelope",
    [
        {"error": None},
        {"error": {"code": None, "message": None}},
        {"error": {"code": 0, "message": ""}, "errors": []},
        {"code": 200, "message": "success"},
        {"code": 0, "status": "ok", "message": "done", "success": True},
        {"detail": "", "status": "completed", "message": "x"},
        {"error": "", "success": None},
    ],
)
async def test_an_envelope_that_has_room_for_an_error_is_none(envelope):
    body = {**envelope, "choices": [{"message": {"content": SAID}, "finish_reason": "stop"}]}
    for answer in (js(200, body), sse({**envelope, **chunk({"content": SAID}, "stop")})):
        with serving(lambda _, answer=answer: answer) as server:
            assert (await asked(server)).text == SAID
            assert len(server.asked) == 1


async def test_the_error_of_a_choice_is_told():
    choice = {
        "delta": {"content": ""},
        "finish_reason": "error",
        "error": {"code": 502, "message": "Provider gone"},
    }
    with (
        serving(lambda body: sse({"choices": [choice]})) as server,
        pytest.raises(ModelUnreachable, match="status 502: Provider gone"),
    ):
        await asked(server)


@pytest.mark.parametrize("key", ["sk-1\n", ' "sk-1" ', "Bearer sk-1", "\tsk-1\r\n"])
def test_what_copying_leaves_around_a_key_is_taken_off(key):
    assert api_key_of(key) == "sk-1"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"api_key": "sk-abc…"}, "model.api_key"),
        ({"api_key": "sk one"}, "model.api_key"),
        ({"headers": {"X-Title": "Agént"}}, "model.headers.X-Title"),
        ({"headers": {"X:": "a"}}, "model.headers"),
        ({"base_url": "localhost:8000"}, "model.base_url"),
        ({"ca_file": "/nowhere.pem"}, "model.ca_file"),
    ],
)
def test_a_setting_that_cannot_be_sent_is_named_and_no_key_is_shown(settings, named):
    with pytest.raises(EngineUnavailable, match=f"^{named}: ") as error:
        OpenAIProvider(ModelSettings(**{"model_name": "m", "base_url": "http://h/v1", **settings}))
    assert "sk-" not in str(error.value)


def test_proxies_of_the_environment_never_lead_to_this_machine(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("ALL_PROXY", "socks4://user:PASSWORD@127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "inside.test")
    for url in (
        "http://127.0.0.1:8000/v1",
        "http://localhost/v1",
        "http://[::1]/v1",
        "https://inside.test/v1",
    ):
        assert proxy_for(url) is None
    with pytest.raises(EngineUnavailable, match="NO_PROXY") as error:
        proxy_for("https://outside.test/v1")
    assert "PASSWORD" not in str(error.value)
    monkeypatch.setenv("HTTPS_PROXY", "127.0.0.1:3128")
    assert proxy_for("https://outside.test/v1").url.port == 3128


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("inside.test:8443", "https://inside.test:8443/v1"),
        ("other.test, .inside.test:443", "https://models.inside.test/v1"),
        ("[2001:db8::1]:8000", "http://[2001:db8::1]:8000/v1"),
    ],
)
def test_a_host_that_no_proxy_leads_to_may_be_named_with_its_port(monkeypatch, given, url):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.test:3128")
        monkeypatch.setenv(name.lower(), "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", given)
    monkeypatch.setenv("no_proxy", given)
    assert proxy_for(url) is None
    assert proxy_for("https://inside.test:9000/v1") is not None


async def test_connections_are_kept_alive_while_a_model_is_silent():
    with serving(lambda body: js(200, {})) as server:
        settings = ModelSettings(model_name="m", base_url=server.url)
        client = HttpClient(settings, endpoint_of(server.url, "", ()), {})
        async with client._opened("POST", server.url, {}, {}) as response:
            connection = response.extensions["network_stream"].get_extra_info("socket")
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        await client.close()


async def test_an_address_that_cannot_be_written_is_told_and_a_mistake_of_ours_is_not_hidden():
    with serving(lambda body: good()) as server, pytest.raises(ModelUnreachable, match="no chat endpoint"):
        await asked(server, "/\ud800")
    with serving(lambda body: good()) as server:
        client = HttpClient(ModelSettings(model_name="m"), endpoint_of(server.url, "", ()), {})
        with pytest.raises(UnicodeDecodeError):
            async with client.stream("x", {}):
                b"\xff".decode()
        await client.close()


async def test_a_missing_file_of_certificates_is_one_sentence_and_no_matter_without_https(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with serving(lambda body: good()) as server:
        assert (await asked(server)).text == SAID
    with serving(lambda body: good()) as server, pytest.raises(ModelUnreachable, match="SSL_CERT_FILE"):
        await asked(server, base_url=server.url.replace("http:", "https:") + "/v1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("provider", [OpenAIProvider, AnthropicProvider])
async def test_a_redirect_to_another_server_takes_nothing_along(status, provider):
    with serving(lambda body: good(), "127.0.0.2") as other:
        with serving(lambda body: (status, {"Location": f"{other.url}/v1"}, b"")) as server:
            settings = ModelSettings(
                model_name="m", base_url=server.url, api_key="KEY-2", headers={"x": "H-3"}
            )
            model = LadderedModel(provider(settings), memory=Memory(), patience=Patience(sleep=no_sleep))
            with pytest.raises(ModelUnreachable, match=r"redirects to http://127\.0\.0\.2"):
                await model.ask(QUESTION)
            await model.close()
        assert other.asked == []


async def test_a_redirect_on_the_same_server_is_followed():
    answers = iter([(307, {"Location": "/other"}, b""), good()])
    with serving(lambda body: next(answers)) as server:
        assert (await asked(server)).text == SAID
        assert server.asked[1][0] == "/other"


async def test_a_stream_that_stalls_ends_by_its_own_limit():
    begun = json.dumps(chunk({"content": "{"})).encode()
    answer = (
        200,
        {"Content-Type": "text/event-stream", "Content-Length": "999999", "stall": "1"},
        b"data: " + begun + b"\n\n",
    )
    with (
        serving(lambda body: answer) as server,
        pytest.raises(ModelUnreachable, match=r"0\.3 seconds \(model\.stall_timeout_s\)"),
    ):
        await asked(server, stall_timeout_s=0.3)


@pytest.mark.parametrize(
    "answer", [(200, {}, b" " * (9 * 2**20)), stream("data: x" * (5 * 2**20))], ids=["whole", "stream"]
)
async def test_an_answer_has_a_greatest_size(answer):
    with serving(lambda body: answer) as server, pytest.raises(ModelError):
        await asked(server)


@pytest.mark.parametrize("unit", ["{}", "[[[[", '{"a":', "[{},", "<think>", '{"a":1}', "((", "[}"])
def test_a_reply_is_read_in_linear_time(unit):
    shown = Shown.on(Observation(url="http://x/"))

    def seconds(characters: int) -> float:
        began = time.process_time()
        with pytest.raises(ReplyError):
            read_reply(unit * (characters // len(unit)), shown)
        return time.process_time() - began

    # Twice the text may not take four times as long; what takes no time at all is not compared.
    assert seconds(64_000) < max(3 * seconds(32_000), 0.2)


# any answer whatever


def odd(random_: random.Random, depth: int = 0) -> Any:
    """A value that no protocol has."""
    kinds = ["null", "text", "number", "flag", "half"] + (["list", "object", "deep"] if depth < 3 else [])
    match random_.choice(kinds):
        case "null":
            return None
        case "text":
            return random_.choice(["", "x", "stop", "error", "429", SAID, "click", "tool_use", "message"])
        case "number":
            return random_.choice([0, -1, 3, 1e300, 10**30, 0.5])
        case "flag":
            return random_.choice([True, False])
        case "half":
            return "\ud83d"
        case "list":
            return [odd(random_, depth + 1) for _ in range(random_.randrange(3))]
        case "deep":
            return [[[[[[[[{"a": [[[]]]}]]]]]]]]
        case _:
            return {random_.choice(KEYS): odd(random_, depth + 1) for _ in range(random_.randrange(4))}


KEYS = (
    "choices", "delta", "message", "content", "type", "text", "usage", "tool_calls", "function", "name", "arguments",
    "index", "finish_reason", "error", "code", "output", "status", "id", "call_id", "input", "stop_reason", "role",
    "input_tokens", "prompt_tokens", "content_block", "incomplete_details", "reasoning", "actions", "refusal",
)  # fmt: skip
SHAPES: tuple[Any, ...] = (
    {"choices": [{"index": 0, "delta": {"content": "{}", "tool_calls": [call(0, "a", "{}")]}, "finish_reason": "stop"}]},
    {"choices": [{"message": {"content": SAID}}], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
    {"type": "message", "content": [{"type": "text", "text": SAID}, {"type": "tool_use", "id": "1", "name": "a", "input": {}}], "stop_reason": "end_turn", "usage": {"input_tokens": 1}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x"}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "message_start", "message": {"usage": {"input_tokens": 3}, "content": []}},
    {"id": "r", "status": "completed", "output": [{"type": "computer_call", "call_id": "c", "actions": [{"type": "wait"}]}, {"type": "message", "content": [{"type": "output_text", "text": "x"}]}], "usage": {"input_tokens": 1, "input_tokens_details": {"cached_tokens": 0}}},
    {"error": {"message": "no", "code": 400, "type": "invalid_request_error"}},
)  # fmt: skip


def spoiled(value: Any, random_: random.Random) -> Any:
    """A value of a protocol in which something is odd."""
    if random_.random() < 0.08:
        return odd(random_)
    if isinstance(value, dict):
        return {key: spoiled(each, random_) for key, each in value.items() if random_.random() > 0.04}
    return [spoiled(each, random_) for each in value] if isinstance(value, list) else value


def odd_answer(seed: int) -> httpx2.Response:
    random_ = random.Random(seed)
    values = [spoiled(random_.choice(SHAPES), random_) for _ in range(random_.randrange(1, 4))]
    texts = [json.dumps(value) for value in values]
    if random_.random() < 0.2:
        texts[-1] = texts[-1][: random_.randrange(len(texts[-1]) + 1)]
    if random_.random() < 0.5:
        line = random_.choice(["\n", "\r\n", "\r"])
        space = random_.choice([" ", ""])
        body = "".join(f"data:{space}{text}{line}{random_.choice([line, line, ''])}" for text in texts)
        kind = "text/event-stream"
    else:
        body = random_.choice(
            [texts[0], "\n".join(texts), f"[{','.join(texts)}]", "<html>no", "", "\ufeff" + texts[0]]
        )
        kind = random_.choice(["application/json", "text/html", "text/event-stream"])
    data = body.encode()
    if random_.random() < 0.1:
        data = random_.randbytes(random_.randrange(40)) + data
    status = random_.choice([200] * 8 + [204, 400, 401, 403, 404, 422, 429, 500, 503, 302, 101, 304])
    return httpx2.Response(status, content=data, headers={"content-type": kind})


async def test_two_thousand_odd_answers_are_each_a_reply_or_a_sentence():
    seed = -1
    transport = httpx2.MockTransport(lambda request: odd_answer(seed))
    patience = Patience(attempts=1, sleep=no_sleep)
    settings = ModelSettings(model_name="m", base_url="http://model.test/v1", api_key="k")
    providers = [OpenAIProvider(settings, transport), AnthropicProvider(settings, transport)]
    clients = [Responses(settings, patience, transport), Messages(settings, (), patience, transport)]
    replies, sentences = 0, []
    for seed in range(2000):
        models = [LadderedModel(provider, memory=Memory(), patience=patience) for provider in providers]
        way = (models[0].ask, models[1].ask, clients[0].ask, clients[1].ask)[seed % 4]
        try:
            reply = await (way(QUESTION, SCHEMA) if seed % 4 < 2 else way({}, images=0))
            str(reply).encode()
            replies += 1
        except ModelError as error:
            sentences.append(str(error))
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
    assert replies > 80
    assert [sentence for sentence in sentences if len(sentence) < 30] == []


async def test_calls_that_the_provider_answers_itself_go_back_as_they_came():
    hosted = [
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
        {"type": "mcp_call", "id": "mcp_1", "arguments": "{}", "name": "roll", "output": "4"},
    ]
    ours = [
        {"type": "function_call", "name": "a", "arguments": json.dumps('{"x": 1}')},
        {"type": "computer_call", "id": "cu_1"},
    ]
    answer = httpx2.Response(200, json={"status": "completed", "output": [*hosted, *ours]})
    settings = ModelSettings(model_name="m", base_url="http://model.test/v1", api_key="k")
    client = Responses(settings, transport=httpx2.MockTransport(lambda request: answer))
    output = (await client.ask({}, images=0))["output"]
    assert output[:2] == hosted
    assert [item["call_id"] for item in output[2:]] == ["call_2", "cu_1"]
    assert output[2]["arguments"] == '{"x": 1}'
