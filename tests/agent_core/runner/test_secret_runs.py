"""A secret put into a run is typed, and found nowhere: not in what a model is sent, nor in what is kept."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import av
import pytest
from PIL import Image, ImageChops

from agent_core import Settings, run_task
from tests.support import messages_server, responses_server, tars_server
from tests.support.providers import Asked, FakeProvider, Say
from tests.support.reply_forms import fenced_in, reply_wanted

pytestmark = pytest.mark.browser

CANARY = "cAnary-7&~fjord9"
PW = "{{secret:PW}}"

LOGIN = """<!doctype html><meta charset=utf-8><title>Log in</title><style>body {margin: 0; color: black}
input, button {position: absolute; left: 100px; width: 200px; height: 40px; box-sizing: border-box}</style>
<form action="/back.html"><label style="position:absolute;top:80px;left:100px">Password
<input name="pw" style="top: 20px; left: 0; color: lime; caret-color: black"></label><button style="top: 300px">Log in</button></form>"""
BACK = """<!doctype html><meta charset=utf-8><title>Back</title><body>
<style>#shown * {color: lime}</style><h1>Welcome</h1><div id=shown></div><script>
const pw = new URLSearchParams(location.search).get('pw');
document.title = 'Back ' + pw;
for (const tag of ['p', 'h2', 'button', 'textarea', 'a']) {
  const one = document.createElement(tag); one.textContent = pw; one.title = pw; one.href = '?pw=' + encodeURIComponent(pw);
  shown.append(one);
}
const field = document.createElement('input'); field.value = pw; field.placeholder = pw; shown.append(field);
const image = new Image(); image.alt = pw; shown.append(image);
const host = document.createElement('div'); shown.append(host);
host.attachShadow({mode: 'closed'}).innerHTML = '<p style="color: lime"></p>';
console.log(pw);
</script>"""


def green_pixels(image: Image.Image) -> int:
    """What shows the secret is green, and nothing else is."""
    red, green, blue = image.convert("RGB").split()
    return sum(ImageChops.subtract(green, ImageChops.lighter(red, blue)).histogram()[60:])


def spellings(value: str) -> list[str]:
    raw = value.encode()
    return [value, quote(value), quote(value, safe=""), escape(value), json.dumps(value)[1:-1], raw.hex()] + [
        base64.b64encode(b"\0" * before + raw).decode()[4:-4] for before in range(3)
    ]


def leaks_in(text: str) -> list[str]:
    return [one for one in spellings(CANARY) if one.casefold() in text.casefold()]


def pictures_in(text: str) -> list[Image.Image]:
    """Every PNG or JPEG that stands in a text in base 64."""
    found = re.findall(r"(?:iVBORw0KGgo|/9j/)[A-Za-z0-9+/=]{200,}", text)
    return [Image.open(io.BytesIO(base64.b64decode(one))) for one in found]


def assert_clean(text: str) -> None:
    assert leaks_in(text) == []
    assert [green_pixels(image) for image in pictures_in(text)].count(0) == len(pictures_in(text))


def assert_folder_clean(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    pictures = [path for path in files if path.suffix in (".png", ".jpg")]
    assert pictures
    for path in files:
        if path in pictures:
            with Image.open(path) as image:
                assert green_pixels(image) == 0, path
        elif path.suffix == ".mp4":
            with av.open(str(path)) as film:
                assert [green_pixels(frame.to_image()) for frame in film.decode(video=0)].count(
                    0
                ) == film.streams[0].frames
        else:
            assert leaks_in(path.read_text("utf-8")) == [], path


# --- the engines, each behind the server that plays its model ---------------------------------------------

FINISHED: dict[str, Any] = {"output": {"title": "Back"}, "evidence": ["Welcome"]}


def chat() -> Callable[[Asked], Say]:
    def answer(asked: Asked) -> Say:
        text = asked.text()
        if reply_wanted(text) == "verdict":
            return Say('{"met": true, "reason": ""}')
        if reply_wanted(text) == "plan":
            done = len(fenced_in(text)) > 1  # something was read, beside the page
            more = {"next": "done", "output": {"title": "Back"}} if done else {"next": "do", "goal": "Log in"}
            return Say(json.dumps({"known": "So far.", "missing": "The rest.", **more}))
        if "Welcome" in text:
            return Say(json.dumps({"thought": "Done.", "actions": [{"action": "finish", **FINISHED}]}))
        field, button = (
            re.search(rf"^ *(\S+) {role}\b", text, re.MULTILINE)[1] for role in ("textbox", "button")
        )
        actions = [{"action": "type", "ref": field, "text": PW}, {"action": "click", "ref": button}]
        return Say(json.dumps({"thought": "Logging in.", "actions": actions}))

    return answer


@contextmanager
def behind_chat(engine: str, protocol: str) -> Iterator[tuple[dict[str, Any], Callable[[], list[str]]]]:
    with FakeProvider(chat()) as provider:
        model = asdict(getattr(provider, protocol)())
        yield {"engine": engine, "model": model}, lambda: [json.dumps(one.body) for one in provider.asked]


@contextmanager
def behind_responses() -> Iterator[tuple[dict[str, Any], Callable[[], list[str]]]]:
    computer, function = responses_server.computer, responses_server.function
    steps = iter(
        [
            [computer({"type": "click", "x": 200, "y": 120}, {"type": "type", "text": PW})],
            [computer({"type": "click", "x": 200, "y": 320})],
            [function("finish", **FINISHED)],
        ]
    )

    def play(asked: Any) -> Any:
        met = [responses_server.words('{"met": true, "reason": ""}')]
        return met if reply_wanted(asked.text) == "verdict" else next(steps)

    with responses_server.FakeResponses(play) as provider:
        model = {key: value for key, value in asdict(provider.settings()).items() if value}
        yield (
            {"engine": "openai-cua", "model": model},
            lambda: [json.dumps(one.body) for one in provider.asked],
        )


@contextmanager
def behind_messages() -> Iterator[tuple[dict[str, Any], Callable[[], list[str]]]]:
    member, function = messages_server.member, messages_server.function
    steps = iter(
        [
            [member("left_click", coordinate=[200, 120]), member("type", text=PW)],
            [member("left_click", coordinate=[200, 320])],
            [function("finish", **FINISHED)],
        ]
    )

    def play(asked: Any) -> Any:
        met = [messages_server.words('{"met": true, "reason": ""}')]
        return met if reply_wanted(asked.text) == "verdict" else next(steps)

    with messages_server.FakeMessages(play) as provider:
        model = {key: value for key, value in asdict(provider.settings()).items() if value}
        yield (
            {"engine": "anthropic-cua", "model": model},
            lambda: [json.dumps(one.body) for one in provider.asked],
        )


@contextmanager
def behind_tars() -> Iterator[tuple[dict[str, Any], Callable[[], list[str]]]]:
    steps = iter(
        [
            "Thought: The field.\nAction: click(start_box='(201,121)')",
            f"Thought: The password.\nAction: type(content='{PW}')",
            "Thought: Now in.\nAction: click(start_box='(201,323)')",
            "Thought: I am in.\nAction: finished(content='Back')",
        ]
    )

    def play(asked: Any) -> str:
        if asked.kind == tars_server.TURN:
            return next(steps)
        return '{"met": true, "reason": ""}' if reply_wanted(asked.text) == "verdict" else '{"title": "Back"}'

    with tars_server.FakeTars(play, model="UI-TARS-1.5-7B") as provider:
        model = {key: value for key, value in asdict(provider.settings()).items() if value}
        yield {"engine": "ui-tars", "model": model}, lambda: [json.dumps(one.body) for one in provider.asked]


@contextmanager
def behind_nothing() -> Iterator[tuple[dict[str, Any], Callable[[], list[str]]]]:
    yield {"engine": "embedded"}, list


ENGINES = {
    "embedded": behind_nothing,
    "skyvern-1.0 openai": lambda: behind_chat("skyvern-1.0", "openai"),
    "skyvern-1.0 anthropic": lambda: behind_chat("skyvern-1.0", "anthropic"),
    "skyvern-2.0": lambda: behind_chat("skyvern-2.0", "openai"),
    "openai-cua": behind_responses,
    "anthropic-cua": behind_messages,
    "ui-tars": behind_tars,
}


@pytest.mark.parametrize("name", ENGINES)
async def test_the_value_is_typed_and_found_nowhere(server, tmp_path, capfd, name):
    server.page(BACK, "/back.html")
    events: list[object] = []
    with ENGINES[name]() as (fields, sent):
        run = await run_task(
            f"Enter {PW} into 'Password' and click 'Log in'."
            + ("" if name == "embedded" else f" Never tell that it is {CANARY}."),
            server.page(LOGIN, "/login.html"),
            secrets={"PW": CANARY},
            title=f"It is {CANARY}",
            data_extraction_schema=None
            if name == "embedded"
            else {"type": "object", "properties": {"title": {"type": "string"}}},
            settings=Settings(home=tmp_path),
            run_dir=tmp_path,
            on_event=events.append,
            record=["video", "har", "bodies"],
            publish_workflow=True,
            **fields,
        )
        requests = sent()
    typed = [parse_qs(urlsplit(one).query).get("pw") for one in server.requests if "pw=" in one]
    assert typed[0] == [CANARY], run.failure_reason
    for text in requests:
        assert_clean(text)
    assert name == "embedded" or any(pictures_in(text) for text in requests)
    assert PW in "".join(requests) or name == "embedded"
    assert_clean(run.model_dump_json() + repr(events) + "".join(capfd.readouterr()))
    assert_folder_clean(tmp_path)
    kept = {path.name for path in tmp_path.rglob("*")}
    assert {"recording.mp4", "network.har", "script.json"} <= kept
    assert (run.status, run.failure_reason) == ("completed", None)
