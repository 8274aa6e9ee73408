"""Telling a server how a run ended: real servers on loopback, with good manners and bad ones."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from agent_core import BadRequest, NoSuchRun, Settings, load_run, resend_webhook
from agent_core.services.webhook import Patience, body_of, compact, deliver, signature
from agent_core.store.run_folder import RunFolder, new_id
from agent_core.task.run import TaskRun, WebhookDelivery

OK, FOREVER = (200, {}, b""), (None, {}, b"")
KEY = "test-key"


class Listener(http.server.BaseHTTPRequestHandler):
    """Gives the answers it was told to give, one after the other, and remembers what it heard."""

    answers: list[tuple[int | None, dict[str, str], bytes]]
    heard: list[tuple[dict[str, str], bytes]]
    goes_on: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, headers, said = self.answers.pop(0)
        if status is None:
            self.goes_on.wait(30)
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(said)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listen() -> Iterator[Callable[..., tuple[str, list[tuple[dict[str, str], bytes]]]]]:
    """`listen(answer, ...)`: an address that gives these answers, and what it has heard."""
    running: list[http.server.ThreadingHTTPServer] = []
    goes_on = threading.Event()

    def start(*answers: object) -> tuple[str, list[tuple[dict[str, str], bytes]]]:
        told = {"answers": list(answers), "heard": [], "goes_on": goes_on}
        handler = type("Handler", (Listener,), told)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/hook", told["heard"]

    yield start
    goes_on.set()
    for server in running:
        server.shutdown()
        server.server_close()


def ended(**fields: object) -> TaskRun:
    now = datetime.now(UTC)
    known = {"status": "completed", "created_at": now, "modified_at": now, "run_type": "task_v1"}
    return TaskRun.model_validate({"run_id": new_id("tsk_"), **known, **fields})


class Waits(list[float]):
    """Does not wait, and remembers how long it would have."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)

    def patience(self, **fields: float) -> Patience:
        return Patience(sleep=self, **{"jitter_s": 0.0, **fields})


def test_the_body_and_its_signature_are_those_of_the_published_rule():
    payload = {"run_id": "tsk_1", "f": 1.0, "g": 1.5, "s": 'é"/', "n": None, "l": [2.0, {"b": True}]}
    body = compact(payload)
    assert body.decode() == '{"run_id":"tsk_1","f":1,"g":1.5,"s":"é\\"/","n":null,"l":[2,{"b":true}]}'
    assert signature(body, KEY) == "47a92fc16eabc469ceb51110ccdcc7867dccbd0ac6ca2e9977fe2085a49bb768"


@pytest.mark.parametrize(
    ("value", "written"),
    [(float("nan"), "null"), (float("-inf"), "null"), (-0.0, "0"), (1e3, "1000"), (True, "true"), ("\ud800", '"?"')],
    ids=repr,
)  # fmt: skip
def test_what_json_or_utf8_has_no_word_for_is_still_sent(value, written):
    assert compact({"v": value}).decode() == f'{{"v":{written}}}'


async def test_a_run_is_sent_whole_and_signed_over_exactly_what_arrives(listen):
    url, heard = listen(OK)
    run = ended(output={"price": 3.0, "name": "Grüner Tee"})

    sent = await deliver(url, run, KEY)

    assert (sent.delivered, sent.attempts, sent.status_code, sent.signed) == (True, 1, 200, True)
    [(headers, body)] = heard
    assert body == body_of(run)
    assert '"output":{"price":3,"name":"Grüner Tee"}'.encode() in body
    assert headers["content-type"] == "application/json"
    assert headers["x-skyvern-signature"] == signature(body, KEY)
    assert abs(int(headers["x-skyvern-timestamp"]) - time.time()) < 60
    assert TaskRun.model_validate_json(body).run_id == run.run_id


async def test_a_receiver_can_tell_that_it_gets_the_same_delivery_twice(listen, kept):
    url, heard = listen((503, {}, b""), OK, OK)
    keep, settings = kept
    run = keep(run_request={"webhook_url": url})
    await deliver(url, run, KEY, Waits().patience())
    await resend_webhook(run, settings=settings)
    first, second, again = [headers["idempotency-key"] for headers, _ in heard]
    assert first == second == run.run_id
    assert again not in (first, "")


async def test_it_is_heard_of_at_the_instant_in_which_the_receiver_takes_it(listen):
    url, _ = listen((503, {}, b""), OK)
    accepted: list[WebhookDelivery] = []
    sent = await deliver(url, ended(), KEY, Waits().patience(), accepted=accepted.append)
    [taken] = accepted
    assert (taken.delivered, taken.attempts, taken.status_code) == (True, 2, 200)
    assert taken.at <= sent.at


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1"])
async def test_where_only_the_internet_may_be_posted_to_this_machine_is_not(listen, host):
    url, heard = listen(OK)
    there = url.replace("127.0.0.1", host)
    sent = await deliver(there, ended(), KEY, Waits().patience(), public_only=True)
    assert (sent.delivered, "private network" in sent.problem, heard) == (False, True, [])


async def test_without_a_key_it_is_sent_unsigned(listen):
    url, heard = listen(OK)
    sent = await deliver(url, ended())
    assert (sent.delivered, sent.signed) == (True, False)
    assert "x-skyvern-signature" not in heard[0][0]


@pytest.mark.parametrize("status", [403, 408, 425, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again_after_one_and_two_seconds(listen, status):
    url, heard = listen((status, {}, b""), (status, {}, b""), OK)
    waits = Waits()
    sent = await deliver(url, ended(), KEY, waits.patience())
    assert (sent.delivered, sent.attempts, sent.problem) == (True, 3, "")
    assert waits == [1.0, 2.0]
    assert len({body for _, body in heard}) == 1


async def test_some_chance_is_added_to_the_waits(listen):
    url, _ = listen((500, {}, b""), OK)
    waits = Waits()
    await deliver(url, ended(), KEY, waits.patience(jitter_s=1.0))
    assert 1.0 < waits[0] < 2.0


@pytest.mark.parametrize("status", [301, 307, 400, 401, 404, 410, 422])
async def test_what_is_meant_is_not_tried_again_and_no_redirect_is_followed(listen, status):
    elsewhere, not_heard = listen(OK)
    url, heard = listen((status, {"Location": elsewhere}, b"no\n  such hook"))
    sent = await deliver(url, ended(), KEY)
    assert (sent.delivered, sent.attempts, sent.status_code) == (False, 1, status)
    assert sent.problem == f"answered with status {status}: no such hook"
    assert (len(heard), not_heard) == (1, [])


async def test_it_is_given_up_after_three_attempts(listen):
    url, heard = listen(*[(503, {}, b"x" * 100_000)] * 4)
    sent = await deliver(url, ended(), KEY, Waits().patience())
    assert (sent.delivered, sent.attempts, sent.status_code, len(heard)) == (False, 3, 503, 3)
    assert len(sent.problem) < 300


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7.0), ("600", 30.0), ("0", 0.0), ("soon", 1.0), ("-3", 1.0), ("", 1.0)]
)
async def test_a_server_that_says_when_to_come_back_is_heeded_within_reason(listen, said, seconds):
    url, _ = listen((429, {"Retry-After": said}, b""), OK)
    waits = Waits()
    assert (await deliver(url, ended(), KEY, waits.patience())).delivered
    assert waits == [seconds]


async def test_a_server_may_say_when_to_come_back_as_a_date(listen):
    date = format_datetime(datetime.fromtimestamp(time.time() + 20, UTC), usegmt=True)
    url, _ = listen((503, {"Retry-After": date}, b""), OK)
    waits = Waits()
    await deliver(url, ended(), KEY, waits.patience())
    assert 5 < waits[0] <= 20


async def test_a_server_that_never_answers_is_given_up(listen):
    url, _ = listen(*[FOREVER] * 3)
    sent = await deliver(url, ended(), KEY, Waits().patience(timeout_s=0.2))
    assert (sent.delivered, sent.attempts, sent.status_code) == (False, 3, None)
    assert sent.problem == "no answer within 0.2 s"


async def test_all_attempts_together_can_be_bounded(listen):
    url, _ = listen(FOREVER)
    sent = await deliver(url, ended(), KEY, Patience(overall_s=0.2))
    assert (sent.delivered, sent.problem) == (False, "not delivered within 0.2 s")


@pytest.mark.parametrize("where", ["http://no-such-host.invalid/hook", "http://127.0.0.1:{closed}/hook"])
async def test_a_host_that_is_not_there_is_named_and_raises_nothing(where):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        closed = listening.getsockname()[1]
    sent = await deliver(where.format(closed=closed), ended(), KEY, Waits().patience())
    assert (sent.delivered, sent.attempts, sent.status_code) == (False, 3, None)
    assert sent.problem.startswith("no answer: ")


async def test_a_proxy_of_the_environment_leads_to_no_server_on_this_machine(listen, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    url, heard = listen(OK)
    assert (await deliver(url, ended())).delivered
    assert len(heard) == 1


async def test_a_proxy_that_cannot_be_used_is_named_and_raises_nothing(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "gopher://somebody:word@127.0.0.1:9")
    sent = await deliver("http://elsewhere.example/hook", ended(), patience=Waits().patience())
    assert not sent.delivered
    assert "NO_PROXY" in sent.problem
    assert "word" not in sent.problem


async def test_what_is_no_http_is_a_failed_delivery():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def babble() -> None:
            for _ in range(3):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(100_000)
                    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        sent = await deliver(url, ended(), KEY, Waits().patience())
        thread.join()
    assert (sent.delivered, sent.attempts) == (False, 3)


async def test_a_password_in_the_address_is_sent_and_not_kept(listen):
    url, heard = listen(OK)
    sent = await deliver(url.replace("http://", "http://me:hunter2@"), ended(), KEY)
    assert heard[0][0]["authorization"].startswith("Basic ")
    assert "hunter2" not in sent.model_dump_json()


@pytest.fixture
def kept(tmp_path):
    """A run that lies in a folder, and the settings under which it is found."""
    settings = Settings(home=tmp_path, webhook_key=KEY)

    def keep(**fields: object) -> TaskRun:
        run = ended(**fields)
        folder = RunFolder.make(tmp_path / "runs", run)
        run.folder = str(folder.path)
        folder.finish(run)
        folder.close()
        return run

    return keep, settings


async def test_a_run_can_be_sent_again_and_keeps_what_came_of_it(listen, kept):
    url, heard = listen((404, {}, b""), OK)
    keep, settings = kept
    run = keep(run_request={"webhook_url": url})

    first = await resend_webhook(run.run_id, settings=settings)
    assert (first.delivered, load_run(run.folder).webhook) == (False, first)
    second = await resend_webhook(run.folder, settings=settings)

    assert (second.delivered, load_run(run.folder).webhook) == (True, second)
    assert load_run(run.folder).status == "completed"
    assert heard[0][1] == heard[1][1]
    assert heard[1][0]["x-skyvern-signature"] == signature(heard[1][1], KEY)


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_killed_run_that_may_still_go_on_has_not_ended_by_being_sent(listen, kept, resumable):
    url, heard = listen(OK)
    request = {"webhook_url": url, "resumable": resumable}
    run = ended(run_request=request).model_copy(update={"status": "running", "finished_at": None})
    folder = RunFolder.make(kept[1].home / "runs", run)
    folder.close()
    assert (await resend_webhook(run.run_id, settings=kept[1])).delivered
    assert len(heard) == 1
    assert (folder.path / "result.json").exists() is not resumable


async def test_it_can_be_sent_to_another_address(listen, kept):
    keep, settings = kept
    url, heard = listen(OK)
    await resend_webhook(keep(), url=url.removeprefix("http://"), settings=settings)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("fields", "url", "sentence"),
    [
        pytest.param({}, None, "url: .* has no webhook_url", id="no address"),
        pytest.param({}, "ftp://x/", "url: ftp: addresses cannot be opened", id="no address to post to"),
        pytest.param({"status": "running"}, "http://x/", "run: .* has not ended yet", id="running"),
        pytest.param(
            {"run_request": {"webhook_url": "http://***@x/"}}, None, "holds a password", id="a masked one"
        ),
        pytest.param(
            {"run_request": {"webhook_url": "http://x/hook?token=***"}},
            None,
            "a token, which was not kept",
            id="a masked token",
        ),
    ],
)
async def test_what_cannot_be_sent_again_is_named(kept, fields, url, sentence):
    keep, settings = kept
    with pytest.raises(BadRequest, match=sentence):
        await resend_webhook(keep(**fields), url=url, settings=settings)


async def test_a_run_that_is_not_there_is_named(kept):
    with pytest.raises(NoSuchRun):
        await resend_webhook("tsk_0000000000000000000000", settings=kept[1])


def test_how_it_was_delivered_is_no_part_of_what_is_sent():
    assert "webhook" not in json.loads(body_of(ended()))
