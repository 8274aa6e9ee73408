"""A secret that pages say back, in whichever way, can be read in nothing that a run tells or keeps."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agent_core import Settings, run_task
from agent_core.testing import Scripted
from browser.model.actions import AnswerDialog, Click, Goto, TypeText
from browser.model.observation import Observation
from engines.protocol import Act, Decision, Finish, Turn
from tests.support.observing import find
from tests.support.reflecting_pages import VALUE, Reflection, pages, places, read_in, serve, spellings

pytestmark = [pytest.mark.browser, pytest.mark.guard]

LOGIN = "<!doctype html><title>Log in</title><form action=/inner><input name=pw aria-label=Password><button>Log in</button></form>"
PW = "{{secret:PW}}"
EVERY_PAGE = pages()
FEW = (
    "a frame of another origin",
    "a closed shadow root",
    "an alert box",
    "a prompt",
    "a query in base 64",
    "headers",
    "a body in JSON",
    "a redirect",
    "a page that failed",
    "a download",
    "JSON",
)


@contextmanager
def mailbox() -> Iterator[tuple[str, list[str]]]:
    """A server that takes webhooks: its address, and what has come."""
    came: list[str] = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(str(self.headers) + self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taking) as taking:
        thread = threading.Thread(target=taking.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{taking.server_address[1]}/hook", came
        finally:
            taking.shutdown()


def logging_in() -> list[Any]:
    def typing(turn: Turn) -> Decision:
        return Act(actions=(TypeText(PW, find(turn.observation, "textbox").ref),))

    def sending(turn: Turn) -> Decision:
        return Act(actions=(Click(find(turn.observation, "button").ref),))

    return [typing, sending]


def visiting(server: Any, reflections: Mapping[str, Reflection]) -> list[Any]:
    lines: list[Any] = []
    for number, one in enumerate(reflections.values()):
        lines.append(Act(actions=(Goto(serve(server, f"/r{number}", one)),)))
        if one.asks:
            lines.append(Act(actions=(AnswerDialog(accept=True),)))
    return lines


def told_of(seen: Observation) -> Iterator[str]:
    """All that an engine is told of a page, also what stands in its elements one after the other."""
    yield repr(seen)
    for part in ("name", "text", "value"):
        yield "".join(getattr(element, part) or "" for element in seen.elements)


def readable_files(folder: Path) -> list[str]:
    """The files of a run in which the value can be read, but for what was downloaded."""
    assert {"network.har", "script.json", "result.json"} <= {path.name for path in folder.rglob("*")}
    found = [str(path) for path in folder.rglob("*") if read_in(str(path.relative_to(folder)))]
    for path in folder.rglob("*"):
        if path.suffix == ".png":
            with Image.open(path) as picture:
                assert picture.info == {}, f"{path} holds more than a picture"
        elif path.is_file() and "downloads" not in path.parts:
            found += [f"{path}: {view}" for view in read_in(path.read_text("utf-8"))]
    return found


async def assert_unreadable(
    server: Any, tmp_path: Path, capfd: Any, caplog: Any, reflections: Mapping[str, Reflection]
) -> None:
    events: list[object] = []
    engine = Scripted([*logging_in(), *visiting(server, reflections), Finish(output=None)])
    caplog.set_level("DEBUG")
    with mailbox() as (hook, came):
        run = await run_task(
            f"Log in with {PW}. Never say that it is {VALUE}.",
            server.page(LOGIN, "/login.html"),
            engine=engine,
            secrets={"PW": VALUE},
            title=f"It is {VALUE}",
            max_steps=len(reflections) * 2 + 10,
            run_dir=tmp_path,
            settings=Settings(home=tmp_path / "home"),
            on_event=events.append,
            record=["har", "bodies", "trace"],
            publish_workflow=True,
            webhook_url=hook,
        )
    assert (run.status, run.failure_reason) == ("completed", None)
    assert any("pw=" + VALUE in path for path in server.requests)
    ways = ["login", "typed", "sent", *reflections]
    seen = {
        f"{way}: {view}"
        for way, turn in zip(_steps(ways, reflections), engine.turns, strict=False)
        for told in told_of(turn.observation)
        for view in read_in(told)
    }
    assert seen == set()
    told = {
        "events": repr(events),
        "result": run.model_dump_json(),
        "webhook": "".join(came),
        "log": caplog.text,
        "output": "".join(capfd.readouterr()),
        "engine": repr(engine.turns[-1]),
    }
    assert {name: read_in(text) for name, text in told.items() if read_in(text)} == {}
    assert came
    assert readable_files(tmp_path) == []


def _steps(ways: Sequence[str], reflections: Mapping[str, Reflection]) -> Iterator[str]:
    """The way whose page each turn shows."""
    for way in ways:
        yield way
        if way in reflections and reflections[way].asks:
            yield way


async def test_a_value_cannot_be_read_after_pages_reflected_it(server, tmp_path, capfd, caplog):
    every = "".join(f"<p>{text}</p>" for text in spellings().values())
    few = {name: places()[name] for name in FEW}
    await assert_unreadable(server, tmp_path, capfd, caplog, {"every spelling": Reflection(every), **few})


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_a_value_cannot_be_read_in_whichever_way_a_page_reflects_it(server, tmp_path, capfd, caplog):
    assert len(EVERY_PAGE) >= 110
    await assert_unreadable(server, tmp_path, capfd, caplog, EVERY_PAGE)


@pytest.mark.parametrize("way", spellings())
def test_the_reader_reads_what_it_should(way):
    assert read_in(f"It is {spellings()[way]} and no more")
