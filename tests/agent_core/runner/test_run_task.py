"""Whole runs: a real Chromium on loopback pages, and an engine that plays a script."""

from __future__ import annotations

import asyncio
import json
from itertools import repeat
from pathlib import Path

import pytest

from agent_core import Settings, TaskRequest, load_run, run_task, run_task_sync, start_task
from agent_core.loop.events import RunEnded, RunStarted, StepEnded, UserAsked, Warned
from agent_core.testing import Scripted
from browser.model.actions import Click, Goto, TypeText, Upload, Wait
from browser.model.observation import Observation
from engines.protocol import Act, AskUser, Evidence, Finish, GiveUp, Goal, Turn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("our_browsers")]

SHOP = """<!doctype html><title>Tea shop</title><h1>Green tea</h1><p>Price: 1,234.50 EUR</p>
<label>Name <input id=n></label>
<button onclick="document.querySelector('p').textContent = 'Thank you, ' + n.value">Order</button>"""
PRICE = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "price": {"type": "number"}},
    "required": ["name", "price"],
}


def ref(turn: Turn, role: str, name: str = "") -> str:
    return next(
        element.ref for element in turn.observation.elements if element.role == role and name in element.name
    )


def order(turn: Turn) -> Act:
    typing = TypeText("Ann", ref(turn, "textbox"))
    return Act(actions=(typing, Click(ref(turn, "button", "Order"))), thought="order it")


def never_done(turn: Turn) -> Act:
    return Act(actions=(TypeText(str(turn.steps_left), ref(turn, "textbox")),))


async def test_a_run_acts_extracts_and_leaves_a_folder(server, settings):
    answer = {"name": "Green tea", "price": 1234.5}
    engine = Scripted([lambda turn: Finish(output={"price": "?"}), order, Finish(output=answer)])

    run = await run_task(
        "Order green tea and read its price",
        server.page(SHOP),
        engine=engine,
        data_extraction_schema=PRICE,
        title="Tea",
        settings=settings,
    )

    assert (run.status, run.output, run.errors, run.failure_reason) == ("completed", answer, None, None)
    assert engine.closed
    assert "Thank you, Ann" in engine.turns[2].observation.text
    assert engine.turns[1].complaint.startswith("The output is not valid against the schema: at /name")
    assert run.provenance["/name"].text == "Green tea"
    assert run.provenance["/price"].url == server.url + "/inline.html"
    assert [step.decision for step in run.steps] == ["finish", "act", "finish"]
    assert run.steps[1].actions[0].action["text"] == "Ann"
    assert run.step_count == 3
    assert run.created_at <= run.started_at <= run.finished_at

    folder = Path(run.folder)
    assert folder.parent == settings.home / "runs"
    assert load_run(folder) == run
    assert len((folder / "steps.jsonl").read_text().splitlines()) == 3
    pictures = [folder / step.screenshot for step in run.steps]
    assert run.screenshot_urls == [picture.as_uri() for picture in reversed(pictures)]
    assert all(picture.read_bytes()[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0") for picture in pictures)


@pytest.mark.parametrize("steps", [1, 4])
async def test_max_steps_is_exact_and_keeps_what_was_extracted(server, settings, steps):
    engine = Scripted([Finish(output={"name": "Green tea"}), *repeat(never_done, 10)])

    run = await run_task(
        "Never done",
        server.page(SHOP),
        engine=engine,
        max_steps=steps,
        data_extraction_schema=PRICE,
        settings=settings,
    )

    assert (run.status, run.step_count, len(engine.turns)) == ("failed", steps, steps)
    assert run.failure_code == ("REACH_MAX_STEPS" if steps > 1 else "OUTPUT_INVALID")
    assert run.output == {"name": "Green tea"}
    assert "/price" in [error.pointer for error in run.errors]


async def test_an_engine_that_never_finishes_reaches_its_steps(server, settings):
    run = await run_task(
        "Never done", server.page(SHOP), engine=Scripted(repeat(never_done)), max_steps=3, settings=settings
    )
    assert (run.status, run.failure_code, run.step_count) == ("failed", "REACH_MAX_STEPS", 3)
    assert run.failure_reason == "not done in 3 steps; raise max_steps if it needs more"
    assert run.errors[0].error_type == "SYSTEM_DEFINED_ERROR"


async def test_output_against_the_schema_is_never_completed_and_nothing_is_filled_in(server, settings):
    bad = {"name": None, "price": "12"}
    engine = Scripted(repeat(Finish(output=bad)))

    run = await run_task(
        "Read", server.page(SHOP), engine=engine, data_extraction_schema=PRICE, settings=settings
    )

    assert (run.status, run.failure_code, run.output) == ("failed", "OUTPUT_INVALID", bad)
    assert len(engine.turns) == 4
    assert [error.pointer for error in run.errors] == [None, "/name", "/price"]


async def test_a_value_that_stands_nowhere_is_a_warning(server, settings):
    made_up = {"name": "Green tea", "price": 99}
    engine = Scripted([Finish(output=made_up)])

    run = await run_task(
        "Read", server.page(SHOP), engine=engine, data_extraction_schema=PRICE, settings=settings
    )

    assert run.provenance["/price"] is None
    assert "not found on the pages seen: /price" in run.warnings


async def test_the_callers_codes_are_used_only_where_the_engine_names_them(server, settings):
    decision = GiveUp(reason="Sold out", impossible=True, error_codes=("sold_out", "invented"))
    codes = {"sold_out": "The tea is sold out", "login_failed": "Wrong password"}
    engine = Scripted([decision])

    run = await run_task(
        "Order", server.page(SHOP), engine=engine, error_code_mapping=codes, settings=settings
    )

    assert (run.status, run.failure_code, run.failure_reason) == ("terminated", None, "Sold out")
    assert [(error.error_code, error.error_type) for error in run.errors] == [
        ("sold_out", "USER_DEFINED_ERROR")
    ]
    assert engine.turns[0].goal.error_codes == codes


async def test_giving_up_is_a_failure(server, settings):
    run = await run_task(
        "Order", server.page(SHOP), engine=Scripted([GiveUp(reason="No way in")]), settings=settings
    )
    assert (run.status, run.failure_code, run.failure_reason) == ("failed", "GAVE_UP", "No way in")


async def test_the_page_looks_as_it_was_asked_to(server, settings):
    page = """<p id=p></p><script>p.textContent = [innerWidth, innerHeight, devicePixelRatio,
        navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone].join(' ')</script>"""
    engine = Scripted([Finish()])
    await run_task(
        "Look",
        server.page(page),
        engine=engine,
        viewport={"width": 700, "height": 500},
        device_scale_factor=2,
        locale="de-DE",
        timezone="Asia/Tokyo",
        settings=settings,
    )
    assert engine.turns[0].observation.text.strip() == "700 500 2 de-DE Asia/Tokyo"


async def test_a_file_given_with_the_task_can_be_uploaded_and_no_other(server, settings, tmp_path):
    (tmp_path / "report.txt").write_text("numbers")
    page = """<input type=file id=f><p id=p></p><script>f.onchange = async () =>
        p.textContent = f.files[0].name + ': ' + await f.files[0].text()</script>"""

    def upload(name):
        def decide(turn):
            element = next(each for each in turn.observation.elements if each.input_type == "file")
            return Act(actions=(Upload(element.ref, (name,)),))

        return decide

    engine = Scripted([upload("/etc/hostname"), upload("report.txt"), Finish()])
    run = await run_task(
        "Upload the report",
        server.page(page),
        engine=engine,
        files=[str(tmp_path / "report.txt")],
        settings=settings,
    )

    assert run.status == "completed"
    assert "was not given with the task" in run.steps[0].actions[0].problem
    assert engine.turns[1].observation.text.strip() == ""
    assert "report.txt: numbers" in engine.turns[2].observation.text


async def test_extra_headers_go_to_the_origin_and_to_nobody_else(serve, settings):
    (ours, here), (theirs, there) = serve(), serve()
    redirect = f"http://127.0.0.1:{ours}/to?http://127.0.0.1:{theirs}/redirected"
    going = Act(actions=(Goto(f"http://127.0.0.1:{theirs}/"), Goto(redirect)))

    run = await run_task(
        "Look",
        f"http://127.0.0.1:{ours}/",
        engine=Scripted([going, Act(actions=going.actions[1:]), Finish()]),
        extra_http_headers={"X-Token": "hunter2"},
        settings=settings,
    )

    assert run.status == "completed"
    assert here.heard[0][1]["x-token"] == "hunter2"
    assert {"/", "/redirected"} <= {path for path, _ in there.heard}
    assert not [headers for _, headers in there.heard if "x-token" in headers]
    assert "hunter2" not in (Path(run.folder) / "request.json").read_text()


async def test_a_proxy_of_the_callers_own_is_really_used(serve, settings):
    port, proxy = serve(proxy=True)
    engine = Scripted([Finish()])

    run = await run_task(
        "Look",
        "http://shop.example/tea",
        engine=engine,
        proxy_location={"url": f"http://user:hunter2@127.0.0.1:{port}"},
        settings=settings,
    )

    assert run.status == "completed"
    assert "shop.example" in engine.turns[0].observation.text
    assert proxy.heard[0][0] == "http://shop.example/tea"
    assert "hunter2" not in json.dumps(run.run_request)


async def test_events_can_be_heard_by_several_and_from_the_start(server, settings):
    heard = []
    run = start_task(
        "Order",
        server.page(SHOP),
        engine=Scripted([order, Finish()]),
        proxy_location="RESIDENTIAL",
        on_event=heard.append,
        settings=settings,
    )
    assert (run.id[:4], run.status) == ("tsk_", "queued")
    early = asyncio.create_task(_all(run.events()))
    result = await run.result()

    events = await early
    assert events == await _all(run.events()) == heard
    kinds = [type(event) for event in events]
    assert kinds.index(RunStarted) < kinds.index(StepEnded)
    assert events[-1] == RunEnded(run=result)
    assert any("RESIDENTIAL" in event.text for event in events if isinstance(event, Warned))
    assert result.status == run.status == "completed"


async def _all(events):
    return [event async for event in events]


async def test_a_question_can_be_answered_by_handle_or_by_callback(server, settings):
    def script():
        return Scripted([AskUser(kind="question", text="How much?"), lambda turn: Finish(output=turn.answer)])

    run = start_task("Order", server.page(SHOP), engine=script(), settings=settings)
    async for event in run.events():
        if isinstance(event, UserAsked):
            run.answer("200 g")
    assert (await run.result()).output == "200 g"

    async def ask(question):
        return f"{question.text} 300 g"

    run = await run_task("Order", server.page(SHOP), engine=script(), ask_user=ask, settings=settings)
    assert run.output == "How much? 300 g"


async def test_a_question_that_nobody_can_answer_ends_the_run(server, settings):
    engine = Scripted([AskUser(kind="captcha", text="Solve it")])
    run = await run_task("Order", server.page(SHOP), engine=engine, settings=settings)
    assert (run.failure_code, run.failure_reason) == ("NEEDS_USER", "a person is needed (captcha): Solve it")


async def test_the_check_can_be_given_every_action(server, settings):
    engine = Scripted([order, order, Finish()])
    await run_task(
        "Order",
        server.page(SHOP),
        engine=engine,
        include_action_history_in_verification=True,
        settings=settings,
    )
    evidence: Evidence = engine.evidence[0]
    assert [len(results) for results in evidence.history] == [2, 2]
    assert "Price" in evidence.before.text
    assert "Thank you" in evidence.after.text


async def test_without_an_address_and_none_to_be_found_the_run_says_what_to_give(settings):
    run = await run_task("Find the best tea", engine=Scripted([]), settings=settings)
    assert run.failure_code == "NAVIGATION_FAILED"
    assert run.failure_reason.startswith("no address to begin at: give url")


async def test_an_address_named_in_the_words_is_opened(server, settings):
    address = server.page(SHOP)
    engine = Scripted([Finish()])
    await run_task(f"Read the price on {address}, please", engine=engine, settings=settings)
    assert engine.turns[0].goal.url == engine.turns[0].observation.url == address


async def test_a_whole_request_can_be_given_and_added_to(server, settings):
    request = TaskRequest.of({"prompt": "Read", "url": server.page(SHOP), "max_steps": 9, "extra": 1})
    engine = Scripted([Finish()])
    run = await run_task(request, engine=engine, max_steps=2, settings=settings)
    assert (run.run_request["max_steps"], engine.turns[0].steps_left) == (2, 2)
    assert run.run_request["prompt"] == "Read"
    assert "extra: unknown, ignored" in run.warnings


async def test_a_listener_that_fails_does_not_harm_the_run(server, settings):
    def listen(event):
        raise KeyError("oops")

    run = await run_task(
        "Read", server.page(SHOP), engine=Scripted([Finish()]), on_event=listen, settings=settings
    )
    assert run.status == "completed"
    assert any("on_event raised KeyError" in warning for warning in run.warnings)


async def test_a_mistake_in_an_engine_ends_the_run_and_keeps_the_traceback(server, settings):
    def stumble(turn):
        raise ZeroDivisionError("in the engine")

    engine = Scripted([stumble])
    run = await run_task("Read", server.page(SHOP), engine=engine, settings=settings)
    assert (run.status, run.failure_code) == ("failed", "INTERRUPTED")
    assert run.failure_reason.startswith("ZeroDivisionError: in the engine")
    assert "stumble" in (Path(run.folder) / "traceback.txt").read_text()
    assert engine.closed


async def test_the_sync_call_works_inside_a_running_loop(server, settings):
    run = run_task_sync(
        "Read", server.page(SHOP), engine=Scripted([order, Finish(output="ok")]), settings=settings
    )
    assert (run.status, run.output) == ("completed", "ok")


def test_the_sync_call_works_without_a_loop_and_in_threads(server, settings):
    def do(name: str):
        engine = Scripted([Finish(output=name)])
        return run_task_sync("Read", server.page(SHOP), engine=engine, settings=settings).output

    async def both():
        return await asyncio.gather(*(asyncio.to_thread(do, name) for name in ("a", "b")))

    assert do("alone") == "alone"
    assert asyncio.run(both()) == ["a", "b"]


async def test_a_folder_that_cannot_be_written_is_named(server, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"^run_dir: the run cannot be kept in"):
        await run_task("Read", server.page(SHOP), engine=Scripted([]), run_dir=tmp_path / "file" / "runs")


async def test_pictures_can_be_left_out(server, tmp_path):
    settings = Settings(home=tmp_path, screenshots=False)
    run = await run_task("Read", server.page(SHOP), engine=Scripted([Finish()]), settings=settings)
    assert run.screenshot_urls == []
    assert list((Path(run.folder) / "screenshots").iterdir()) == []


class Chooser(Scripted):
    """Chooses the error codes it was given, and remembers what it was asked."""

    def __init__(self, decisions, chosen: tuple[str, ...]) -> None:
        super().__init__(decisions)
        self.chosen = chosen
        self.asked: list[tuple[str, str]] = []

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        self.asked.append((reason, page.title if page else ""))
        return self.chosen


async def test_an_engine_is_asked_for_the_callers_codes_where_the_steps_run_out(server, settings):
    engine = Chooser(repeat(never_done), ("sold_out", "unknown"))
    run = await run_task(
        "Order green tea",
        server.page(SHOP),
        engine=engine,
        max_steps=2,
        error_code_mapping={"sold_out": "There is no tea left"},
        settings=settings,
    )
    assert [(error.error_code, error.error_type) for error in run.errors] == [
        ("REACH_MAX_STEPS", "SYSTEM_DEFINED_ERROR"),
        ("sold_out", "USER_DEFINED_ERROR"),
    ]
    assert engine.asked == [(run.failure_reason, "Tea shop")]


async def test_an_engine_that_has_named_a_code_is_not_asked_again(server, settings):
    engine = Chooser([GiveUp(reason="sold out", error_codes=("sold_out",))], ("other",))
    run = await run_task(
        "Order green tea",
        server.page(SHOP),
        engine=engine,
        error_code_mapping={"sold_out": "There is no tea left", "other": "Something else"},
        settings=settings,
    )
    assert [error.error_code for error in run.errors] == ["GAVE_UP", "sold_out"]
    assert engine.asked == []


async def test_the_embedded_engine_finds_a_code_by_its_words(server, settings):
    page = "<!doctype html><h1>Tea</h1><p role=alert>Sorry, the green tea is sold out.</p>"
    run = await run_task(
        "Click 'Order'.",
        server.page(page),
        engine="embedded",
        error_code_mapping={"gone": "The tea is sold out", "login": "The password is wrong"},
        settings=settings,
    )
    assert run.status == "failed"
    assert [e.error_code for e in run.errors if e.error_type == "USER_DEFINED_ERROR"] == ["gone"]


async def test_the_pictures_of_a_step_show_what_lies_below_as_far_as_asked_for(server, settings):
    tall = "<!doctype html><body style='margin:0'>" + "".join(
        f"<div style='height:500px;background:rgb({40 * n},0,0)'>{n}</div>" for n in range(6)
    )
    run = await run_task(
        "Look",
        server.page(tall),
        engine=Scripted([Act(actions=(Wait(0.1),)), Finish()]),
        max_screenshot_scrolls=2,
        viewport=(400, 500),
        settings=settings,
    )
    first = run.steps[0]
    assert len(first.further_screenshots) == 2
    assert run.max_screenshot_scrolls == 2
    pictures = [Path(run.folder) / name for name in (first.screenshot, *first.further_screenshots)]
    assert len({path.read_bytes() for path in pictures}) == 3
    assert run.screenshot_urls[:3] == [
        (Path(run.folder) / name).as_uri()
        for name in (run.steps[1].screenshot, *run.steps[1].further_screenshots)
    ]
