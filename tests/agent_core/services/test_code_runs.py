"""One-time codes in whole runs: from a seed, an address, a push, the caller; never seen by an engine."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from agent_core import BadRequest, CodeWanted, Settings, push_code, run_task, start_task
from agent_core.loop.events import Acted
from agent_core.services.webhook import signature
from agent_core.task.totp import maker_of
from agent_core.testing import Scripted
from browser.model.actions import Goto, TypeText
from engines.protocol import Act, Finish

pytestmark = pytest.mark.browser

SEED = "JBSWY3DPEHPK3PXP"
PROMPT = "Enter the one-time code into 'Code' and click 'Verify'."
VERIFY = """<!doctype html><title>Verify</title><form action=/done.html><label>Code <input name=code></label>
<button>Verify</button></form>"""
DONE = "<!doctype html><title>Done</title><h1>Verified</h1>"


@pytest.fixture
def quick(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", code_timeout_s=1.5, code_interval_s=0.05, webhook_key="test-key")


class CodeServer:
    """Answers what it is told to, again and again the last one; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str, bytes]] = []
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.url = ""


@pytest.fixture
def codes() -> Iterator[CodeServer]:
    told = CodeServer()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, kind, answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/code"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def verify(server) -> Callable[..., object]:
    """`await verify(**fields)`: a run that types a code, and the code that arrived."""
    server.page(DONE, "/done.html")
    url = server.page(VERIFY, "/verify.html")

    async def run(**fields):
        done = await run_task(PROMPT, url, engine="embedded", **fields)
        sent = [parse_qs(urlsplit(one).query)["code"][0] for one in server.requests if "code=" in one]
        return done, sent

    return run


async def test_a_code_is_made_from_a_seed(verify, quick, tmp_path):
    run, sent = await verify(
        secrets={"PHONE": {"value": "jbsw y3dp ehpk 3pxp", "kind": "totp"}}, settings=quick, run_dir=tmp_path
    )
    assert run.status == "completed", run.failure_reason
    assert maker_of(SEED).verify(sent[0], valid_window=2)
    kept = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.json*"))
    for hidden in (sent[0], SEED, SEED.lower(), "jbsw y3dp"):
        assert hidden not in kept + run.model_dump_json()
    assert "{{code}}" in kept


async def test_a_seed_that_is_none_is_refused_before_anything_starts(tmp_path, quick):
    for seed in ("no base32!", "", "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1"):
        with pytest.raises(BadRequest, match=r"secrets\.PHONE: ") as refused:
            await run_task(PROMPT, "http://127.0.0.1/", engine="embedded", settings=quick,
                secrets={"PHONE": {"value": seed, "kind": "totp"}})  # fmt: skip
        assert not seed or seed not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


async def test_an_address_is_asked_until_it_has_a_code(verify, quick, codes):
    codes.answers = [
        (200, "application/json", b"{}"),
        (502, "text/html", b"<h1>Bad gateway</h1>"),
        (200, "application/json", b'{"verification_code": "123 456"}'),
    ]
    run, sent = await verify(totp_url=codes.url, totp_identifier="ada", settings=quick)
    assert (run.status, sent) == ("completed", ["123456"])
    headers, body = codes.asked[0]
    assert json.loads(body) == {"task_id": run.run_id, "totp_identifier": "ada"}
    assert headers["x-skyvern-signature"] == signature(body, "test-key")
    assert len(codes.asked) == 3


async def test_an_address_that_answers_with_a_web_page_is_named(verify, quick, codes):
    codes.answers = [(200, "text/html", b"<title>Log in</title>")]
    run, sent = await verify(totp_url=codes.url, settings=quick)
    assert (run.status, run.failure_code, sent) == ("failed", "OTP_TIMEOUT", [])
    assert run.failure_reason == (
        f"no one-time code came within 1.5 s: {codes.url} answered with text/html, which is no JSON"
    )


async def test_an_address_that_never_answers_is_named(verify, quick, silent):
    run, _ = await verify(totp_url=silent, settings=quick)
    assert run.failure_code == "OTP_TIMEOUT"
    assert silent in run.failure_reason


async def test_a_pushed_code_is_taken_newest_first_and_once(verify, quick):
    push_code("Ada@Example.com", "111111", settings=quick)
    push_code("ada@example.com", "222-222", settings=quick)
    push_code("bob@example.com", "333333", settings=quick)
    assert {path.stat().st_mode & 0o777 for path in (quick.home / "codes").iterdir()} == {0o600}
    run, sent = await verify(totp_identifier="ADA@example.com", settings=quick)
    assert (run.status, sent) == ("completed", ["222222"])
    assert len(list((quick.home / "codes").iterdir())) == 2
    with pytest.raises(BadRequest, match="code: is no one-time code"):
        push_code("ada", " ", settings=quick)


async def test_a_code_pushed_while_a_run_waits_reaches_it(server, quick):
    server.page(DONE, "/done.html")
    settings = quick.model_copy(update={"code_timeout_s": 60.0})
    run = start_task(PROMPT, server.page(VERIFY), engine="embedded", totp_identifier="ada", settings=settings)
    await asyncio.sleep(0.5)
    push_code("ada", "987654", settings=settings)
    did = [event.result.did async for event in run.events() if isinstance(event, Acted)]
    assert did[0] == "typed '{{code}}' into textbox 'Code'"
    assert (await run.result()).status == "completed"
    assert any("code=987654" in one for one in server.requests)


async def test_the_caller_is_asked_last(verify, quick):
    asked: list[CodeWanted] = []

    async def get_code(wanted: CodeWanted) -> str:
        asked.append(wanted)
        return "424242"

    run, sent = await verify(get_code=get_code, settings=quick)
    assert (run.status, sent) == ("completed", ["424242"])
    assert (asked[0].run_id, asked[0].identifier) == (run.run_id, "")
    run, _ = await verify(get_code=lambda wanted: None, settings=quick)
    assert run.failure_code == "OTP_TIMEOUT"


async def test_a_callback_that_raises_is_told_and_ends_no_run_as_interrupted(verify, quick):
    def get_code(wanted: CodeWanted) -> str:
        raise LookupError("no mail yet")

    run, _ = await verify(get_code=get_code, settings=quick)
    assert run.status == "failed"
    assert run.failure_code != "INTERRUPTED"
    assert "get_code raised LookupError: no mail yet" in run.failure_reason


async def test_waiting_for_a_code_ends_when_the_run_is_canceled(server, quick):
    settings = quick.model_copy(update={"code_timeout_s": 600.0})
    run = start_task(PROMPT, server.page(VERIFY), engine="embedded", totp_identifier="ada", settings=settings)
    async for event in run.events():
        if type(event).__name__ == "Decided":
            run.cancel()
    assert (await run.result()).status == "canceled"


@pytest.mark.parametrize("source", ["pushed", "address", "caller"])
async def test_a_code_of_any_source_goes_only_where_the_run_began_or_its_secrets_may_go(
    source, server, quick, codes
):
    codes.answers = [(200, "application/json", b'{"verification_code": "815553"}')]
    push_code("ada", "815552", settings=quick)
    sources = {
        "pushed": {"totp_identifier": "ada"},
        "address": {"totp_url": codes.url},
        "caller": {"get_code": lambda wanted: "815551"},
    }
    server.page(VERIFY, "/verify.html")
    server.page(DONE, "/done.html")
    there = server.page(VERIFY, "/there.html").replace("127.0.0.1", "localhost")

    def into_code(turn):
        field = next(element for element in turn.observation.elements if element.role == "textbox")
        return Act(actions=(TypeText("{{code}}", field.ref),))

    async def typed(**more):
        engine = Scripted([Act(actions=(Goto(there),)), into_code, Finish(output=None)])
        run = await run_task(
            "Verify", f"{server.url}/verify.html", engine=engine, settings=quick, **sources[source], **more
        )
        return run.steps[1].actions[0]

    refused = await typed()
    assert refused.problem == (
        f"one-time codes may be typed at {server.url} only; this field belongs to {there.rpartition('/')[0]}"
    )
    assert (await typed(secrets={"PW": {"value": "hunter2", "origins": [there.rpartition("/")[0]]}})).did


async def test_a_code_goes_where_the_address_leads_within_its_site(server, quick):
    server.page(DONE, "/done.html")
    here = server.page(VERIFY, "/verify.html").replace("127.0.0.1", "www.app.localhost")
    server.redirects["/start"] = here
    start = f"{server.url}/start".replace("127.0.0.1", "app.localhost")
    run = await run_task(PROMPT, start, engine="embedded", get_code=lambda _: "815551", settings=quick)
    assert run.status == "completed", run.failure_reason
    assert run.steps[0].actions[0].did
