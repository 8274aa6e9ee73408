"""Recorded, done again without a model, healed, mended, published and exported."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core import (
    BadRequest,
    BadScript,
    NoSuchWorkflow,
    Script,
    Settings,
    export_workflow,
    list_recordings,
    list_workflows,
    load_workflow,
    publish_run,
    run_task,
    run_workflow,
)
from agent_core.demo_site import DemoSite
from agent_core.task.run import ScriptRun
from agent_core.testing import Scripted
from browser.lifecycle.find import find_browser
from browser.model.actions import Click, Point, TypeText
from browser.model.observation import View
from engines.protocol import Act, Finish, GiveUp, Turn

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("our_browsers")]

REGISTER = (
    "Enter '{0}' into 'Full name' and '{1}' into 'E-mail', click 'Continue', select '{2}' as 'Workshop', "
    "choose 'Some practice', set 'Day' to {3}, check 'I would like lunch', click 'Continue', "
    "check 'I accept the house rules', and click 'Send registration'."
)
NUMBER = {
    "type": "object",
    "properties": {"registration_number": {"type": "string"}},
    "required": ["registration_number"],
}
ORDER = """<!doctype html><title>Shop</title><h1>Order</h1>
<label>Name <input id=n></label> <label>Street <input id=s></label>
<button onclick="document.querySelector('h1').textContent = 'Thank you, ' + n.value">Order</button>
<button onclick="document.querySelector('h1').textContent = 'Nothing was ordered'">Cancel</button>"""
CHANGED = """<!doctype html><title>Shop</title><section><div><h1>Order</h1></div>
<button onclick="document.querySelector('h1').textContent = 'Nothing was ordered'">Cancel</button>
<button class=x onclick="document.querySelector('h1').textContent = 'Thank you, ' + n7.value">Buy now</button>
<div><label>Street <input id=s7></label></div><div><label>Your name <input id=n7></label></div></section>"""
BUY = "Enter '{}' into 'Name' and click 'Order'."


def offers(*prices: int) -> str:
    """Tickets at these prices in dollars, and buttons that tell the server which one was booked."""
    rows = "".join(
        f"<div class=offer><span>Seat {at}</span> <button onclick='book({one})'>Book for ${one}</button></div>"
        for at, one in enumerate(prices)
    )
    return (
        f"<!doctype html><title>Tickets</title><h1>Tickets</h1>{rows}<p id=said></p><script>"
        "function book(one) { said.textContent = 'It is booked'; fetch('/got?' + one) }</script>"
    )


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


def ref(turn: Turn, role: str, name: str) -> str:
    return next(one.ref for one in turn.observation.elements if one.role == role and one.name == name)


def order(who: str) -> Scripted:
    return Scripted(
        [
            lambda turn: Act(
                actions=(TypeText(who, ref(turn, "textbox", "Name")), Click(ref(turn, "button", "Order")))
            ),
            Finish(),
        ]
    )


async def test_a_task_is_done_again_with_other_values_without_its_engine(site, settings):
    fields = {"engine": "embedded", "run_with": "code", "settings": settings}
    first = await run_task(
        REGISTER.format("Ada", "ada@x.org", "Sail repair", "2026-05-09"),
        site.url + "workshops",
        data_extraction_schema=NUMBER,
        **fields,
    )
    again = await run_task(
        REGISTER.format("Bo", "bo@y.org", "Knots and splices", "2026-06-10"),
        site.url + "workshops",
        data_extraction_schema=NUMBER,
        **fields,
    )

    assert [run.status for run in (first, again)] == ["completed", "completed"]
    assert "there is no recording of this task yet" in first.warnings[0]
    assert first.script_run == ScriptRun(replayed=False)
    assert again.script_run == ScriptRun(replayed=True, script_id=again.script_run.script_id)
    sent = [{key: form[key] for key in ("name", "email", "workshop", "day")} for form in site.registrations]
    assert sent[1] == {
        "name": "Bo", "email": "bo@y.org", "workshop": "Knots and splices", "day": "2026-06-10",
    }  # fmt: skip
    assert again.output == {"registration_number": site.registrations[1]["number"]}
    assert again.provenance["/registration_number"] is not None


async def test_what_a_page_only_states_is_read_again_without_an_agent(server, settings):
    told = (
        "The barge had torn two hinges of the eastern gate, and the harbour master closed it on Tuesday. " * 4
    )
    data = '{"@type": "Article", "author": {"name": "Una Brandt"}, "datePublished": "2031-03-04"}'
    address = server.page(
        f"<script type='application/ld+json'>{data}</script><button onclick='whole.hidden = false'>Read on</button>"
        f"<div id=whole hidden><h1>Barge breaks harbour gate</h1><p>{told}</p></div>"
    )
    text = {"type": "string"}
    properties = dict.fromkeys(("author", "article_body"), text) | {
        "date_published": {**text, "format": "date"}
    }
    fields = {
        "data_extraction_schema": {"type": "object", "properties": properties},
        "engine": "embedded",
        "run_with": "code",
        "settings": settings,
    }

    first = await run_task("Click 'Read on', then extract the article.", address, **fields)
    again = await run_task("Click 'Read on', then extract the article.", address, **fields)

    assert [run.status for run in (first, again)] == ["completed", "completed"]
    assert (first.output["author"], first.output["date_published"]) == ("Una Brandt", "2031-03-04")
    assert again.output == first.output
    assert again.script_run.replayed
    assert not again.script_run.ai_fallback_triggered


async def test_a_question_without_a_schema_is_answered_again_without_an_agent(server, settings):
    address = server.page(
        "<button onclick='whole.hidden = false'>More</button><dl id=whole hidden><dt>Licence<dd>MIT</dl>"
    )
    fields = {"engine": "embedded", "run_with": "code", "settings": settings}

    first = await run_task("Click 'More'. What is the licence?", address, **fields)
    again = await run_task("Click 'More'. What is the licence?", address, **fields)

    assert [run.output for run in (first, again)] == [{"licence": "MIT"}] * 2, first.failure_reason
    assert first.provenance["/licence"] is not None
    assert again.script_run.replayed
    assert not again.script_run.ai_fallback_triggered


async def test_a_task_with_a_token_in_its_words_is_found_again_and_the_token_is_not_kept(server, settings):
    prompt = f"{BUY.format('Ann')} It is sold at {server.page(ORDER)}?token=tok-8d1f22ab90ce"
    first = await run_task(prompt, engine=order("Ann"), run_with="code", settings=settings)
    again = await run_task(prompt, engine=Scripted([]), run_with="code", settings=settings)

    assert [run.status for run in (first, again)] == ["completed", "completed"]
    assert again.script_run.replayed
    kept = [file for file in settings.data_folder.rglob("*.json") if file.is_file()]
    assert kept
    assert not any("8d1f22ab90ce" in file.read_text() for file in kept)


async def test_a_page_that_has_changed_is_healed_and_the_recording_mended(server, settings):
    url = server.page(ORDER)
    await run_task(BUY.format("Ann"), url, engine=order("Ann"), run_with="code", settings=settings)
    server.page(CHANGED)

    again = await run_task(BUY.format("Bea"), url, engine=order(""), run_with="code", settings=settings)
    later = await run_task(BUY.format("Cat"), url, engine=order(""), run_with="code", settings=settings)

    assert (again.status, again.failure_reason) == ("completed", None)
    assert not again.script_run.ai_fallback_triggered
    assert again.script_run.healed == [
        "step 1: it is textbox 'Your name' now",
        "step 2: it is button 'Buy now' now",
    ]
    assert later.status == "completed"
    assert later.script_run.healed == []


async def test_a_step_that_is_not_sure_goes_to_the_agent_alone_and_is_mended(server, settings):
    url = server.page(ORDER)
    await run_task(BUY.format("Ann"), url, engine=order("Ann"), run_with="code", settings=settings)
    server.page(
        ORDER.replace(">Order<", ">Purchase<").replace(
            "</label>\n", "</label><button>Compare</button><button>Save for later</button>\n"
        )
    )
    agent = Scripted([lambda turn: Act(actions=(Click(ref(turn, "button", "Purchase")),)), Finish()])

    again = await run_task(BUY.format("Bea"), url, engine=agent, run_with="code", settings=settings)
    later = await run_task(BUY.format("Cat"), url, engine=Scripted([]), run_with="code", settings=settings)

    assert (again.status, again.failure_reason) == ("completed", None)
    assert again.script_run.ai_fallback_triggered
    assert [told.partition(":")[0] for told in again.script_run.fallbacks] == ["step 2"]
    assert agent.turns[0].goal.text.startswith("Click 'Order'.")
    assert agent.closed
    assert later.status == "completed"
    assert not later.script_run.ai_fallback_triggered


async def test_what_rules_worked_out_from_the_page_is_worked_out_again_without_an_agent(server, settings):
    prompt = "Book the cheapest ticket."
    first = await run_task(prompt, server.page(offers(4, 2, 9)), run_with="code", settings=settings)
    again = await run_task(
        prompt, server.page(offers(5, 8, 3)), engine=Scripted([]), run_with="code", settings=settings
    )

    assert (first.status, again.status, again.failure_reason) == ("completed", "completed", None)
    assert not again.script_run.ai_fallback_triggered
    assert again.script_run.healed == []
    assert again.script_run.worked_out == ["Book the cheapest ticket"]
    assert [path for path in server.requests if path.startswith("/got")] == ["/got?2", "/got?3"]


def form(name: str, send: str, *some: int) -> str:
    """A field, tickets at these prices, and a button that tells the server what was done."""
    buttons = "".join(
        f"<div class=offer><span>Seat {at}</span> <button onclick='taken.textContent = clicked.push({one})'>Book for ${one}</button></div>"
        for at, one in enumerate(some)
    )
    return (
        f"<!doctype html><title>Form</title><h1>Form</h1><label>{name} <input id=who></label>{buttons}"
        "<script>const clicked = []; function send() { fetch('/got?' + [who.value, ...clicked].join('-'));"
        f"document.querySelector('h1').textContent = 'Thank you' }}</script><button onclick=send()>{send}</button><p id=taken></p>"
    )


@pytest.mark.parametrize(
    ("page", "healed"),
    [
        pytest.param(form("Name", "Send", 5, 8, 3, 1), [], id="as it was"),
        pytest.param(
            form("What are you called?", "Send the form", 5, 8, 3, 1),
            [
                "step 1: it is textbox 'What are you called?' now",
                "step 3: it is button 'Send the form' now",
            ],
            id="changed",
        ),
    ],
)
async def test_only_the_part_that_was_worked_out_is_done_anew_and_the_rest_as_recorded(
    server, settings, page, healed
):
    prompt = "Enter '{}' into 'Name', book the cheapest ticket, and click 'Send'."
    fields = {"run_with": "code", "settings": settings}
    url = server.page(form("Name", "Send", 4, 2, 9))
    first = await run_task(prompt.format("Ann"), url, engine="embedded", **fields)
    server.page(page)
    again = await run_task(prompt.format("Bea"), url, engine=Scripted([]), **fields)

    script = json.loads((Path(first.folder or "") / "script.json").read_text())
    parts = [(step["part"], step.get("worked_out", False)) for step in script["steps"]]
    assert parts == [
        ('Enter "{{name}}" into "{{name_textbox}}"', False),
        ("book the cheapest ticket", True),
        ('click "{{send_button}}"', False),
    ]
    assert (again.status, again.failure_reason) == ("completed", None)
    assert not again.script_run.ai_fallback_triggered
    assert again.script_run.worked_out == ["book the cheapest ticket"]
    assert again.script_run.healed == healed
    assert [path for path in server.requests if path.startswith("/got")] == [
        "/got?Ann-2",
        "/got?Bea-1",
    ]


@pytest.mark.parametrize("prompt", ["Check 'Lunch' and click 'Send'.", "Click 'Load', then check 'Lunch'."])
async def test_a_part_for_which_nothing_had_to_be_done_is_done_where_it_has_to_be(server, settings, prompt):
    page = """<!doctype html><title>Form</title><h1>Form</h1><label><input type=checkbox id=lunch{0}>Lunch</label>
    <button onclick="document.querySelector('h1').textContent = 'Loaded'">Load</button>
    <button onclick="fetch('/got?' + lunch.checked); document.querySelector('h1').textContent = 'Sent'">Send</button>
    <script>lunch.onchange = () => fetch('/checked')</script>"""
    fields = {"run_with": "code", "settings": settings}
    first = await run_task(prompt, server.page(page.format(" checked")), engine="embedded", **fields)
    again = await run_task(prompt, server.page(page.format("")), engine=Scripted([]), **fields)

    script = json.loads((Path(first.folder or "") / "script.json").read_text())
    assert [step["do"] for step in script["steps"]] == ["Click"]
    assert (again.status, again.failure_reason) == ("completed", None)
    assert [part.casefold() for part in again.script_run.worked_out] == ['check "lunch"']
    assert "/checked" in server.requests
    assert "/got?false" not in server.requests


async def test_rules_that_cannot_do_their_part_leave_it_to_the_agent(server, settings):
    prompt = "Book the cheapest ticket."
    await run_task(prompt, server.page(offers(4, 2, 9)), run_with="code", settings=settings)
    url = server.page("<title>Tickets</title><h1>Tickets</h1><p>There are none today.</p>")
    agent = Scripted([GiveUp(reason="nothing can be clicked")])
    again = await run_task(prompt, url, engine=agent, run_with="code", settings=settings)

    assert again.status == "failed"
    assert again.script_run.ai_fallback_triggered
    assert again.script_run.worked_out == []
    assert "nothing can be clicked" in (again.failure_reason or "")


async def test_what_the_prompt_names_is_done_as_recorded_though_rules_would_do_otherwise(server, settings):
    prompt = "Click 'Order'."
    await run_task(prompt, server.page(ORDER), engine="embedded", run_with="code", settings=settings)
    url = server.page(ORDER.replace(">Order<", ">Order now<").replace(">Cancel<", ">Cancel the order<"))
    again = await run_task(prompt, url, engine=Scripted([]), run_with="code", settings=settings)

    assert (again.status, again.failure_reason) == ("completed", None)
    assert again.script_run.healed == ["step 1: it is button 'Order now' now"]


async def test_a_replay_that_does_not_end_as_it_did_is_no_success(server, settings):
    url = server.page(ORDER)
    await run_task(BUY.format("Ann"), url, engine=order("Ann"), run_with="code", settings=settings)
    server.page(ORDER.replace("'Thank you, ' + n.value", "'Sold out'"))

    again = await run_task(
        BUY.format("Bea"), url, engine=Scripted([GiveUp(reason="it is sold out")]), run_with="code",
        settings=settings,
    )  # fmt: skip

    assert again.status == "failed"
    assert "it is sold out" in (again.failure_reason or "")


async def test_what_an_engine_of_pixels_clicked_is_found_again_by_what_lay_there(server, settings):
    url = server.page(ORDER.replace("<h1>", "<div id=gap></div><h1>"))
    place: list[Point] = []

    def look(turn: Turn) -> Act:
        return Act(actions=(TypeText("Ann", place[0]), Click(place[1])))

    async def where() -> None:
        seen = Scripted([Finish()])
        await run_task("Look", url, engine=seen, settings=settings)
        boxes = {one.name: one.box for one in seen.turns[0].observation.elements if one.interactive}
        place.extend(Point(*boxes[name].center) for name in ("Name", "Order"))

    await where()
    pixels = Scripted([look, Finish()], view=View(elements=False, screenshots="viewport"))
    first = await run_task(BUY.format("Ann"), url, engine=pixels, run_with="code", settings=settings)
    server.page(ORDER.replace("<h1>", "<div style='height: 300px'></div><h1>"))
    again = await run_task(BUY.format("Bea"), url, engine=Scripted([]), run_with="code", settings=settings)

    assert (first.status, again.status, again.failure_reason) == ("completed", "completed", None)
    script = json.loads((Path(first.folder or "") / "script.json").read_text())
    assert [step["on"]["target"]["name"] for step in script["steps"]] == [
        "{{name_textbox}}",
        "{{order_button}}",
    ]


async def test_a_published_run_is_run_by_its_name_and_exported_as_a_program(site, settings, tmp_path):
    run = await run_task(
        REGISTER.format("Ada", "ada@x.org", "Sail repair", "2026-05-09"),
        site.url + "workshops",
        engine="embedded",
        data_extraction_schema=NUMBER,
        publish_workflow=True,
        title="Register for a workshop",
        settings=settings,
    )
    name = "register-for-a-workshop"
    assert [script.name for script in list_workflows(settings)] == [name]  # type: ignore[union-attr]
    assert any(name in warning for warning in run.warnings)

    again = await run_workflow(
        name, settings=settings, full_name="Bo", e_mail="bo@y.org", workshop="Sail repair", day="2026-06-10"
    )

    assert again.run_id.startswith("wr_")
    assert again.run_type == "workflow_run"
    assert again.run_request["workflow_id"] == name
    assert again.run_request["parameters"]["full_name"] == "Bo"
    assert (again.status, again.output) == (
        "completed",
        {"registration_number": site.registrations[1]["number"]},
    )
    program = tmp_path / "program.py"
    program.write_text(export_workflow(name, settings))
    words = ["--full_name", "Cy", "--e_mail", "cy@z.org", "--workshop", "Sail repair", "--day", "2026-07-11"]
    command = [sys.executable, "-I", program, "--browser", find_browser().path, *words]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"registration_number": site.registrations[2]["number"]}
    assert (site.registrations[2]["name"], site.registrations[2]["day"]) == ("Cy", "2026-07-11")


async def test_a_recording_is_listed_and_run_by_its_id(server, settings: Settings):
    done = await run_task(BUY.format("Ann"), server.page(ORDER), engine=order("Ann"), settings=settings,
                          run_with="code")  # fmt: skip
    [recording] = list_recordings(settings)
    assert isinstance(recording, Script)
    assert recording.run_id == done.run_id
    assert load_workflow(recording.id, settings) == recording
    again = await run_workflow(recording.id, settings=settings, name="Bo")
    assert (again.status, again.run_type) == ("completed", "workflow_run")
    for unknown in ("scr_" + "0" * 20, "scr_*"):
        with pytest.raises(NoSuchWorkflow, match="there is no recording"):
            load_workflow(unknown, settings)


async def test_a_workflow_that_cannot_be_run_so_says_what_is_wrong(server, settings: Settings):
    with pytest.raises(NoSuchWorkflow, match="there is no workflow 'nothing'; there are: none yet"):
        await run_workflow("nothing", settings=settings)
    run = await run_task(BUY.format("Ann"), server.page(ORDER), engine=order("Ann"), settings=settings)
    named = publish_run(run.run_id, "buy", settings)
    assert load_workflow("buy", settings) == named
    with pytest.raises(BadRequest, match=r"parameters\.name: is missing; it goes into 'Name'"):
        await run_workflow("buy", settings=settings)
    with pytest.raises(BadRequest, match=r"parameters\.color: there is none; there are name, "):
        await run_workflow("buy", settings=settings, color="red")
    with pytest.raises(BadRequest, match="no name of a workflow"):
        await run_workflow("Buy it", settings=settings)
    (settings.home / "workflows" / "buy.json").write_text('{"steps": "none"}')
    with pytest.raises(BadScript, match="is no script"):
        await run_workflow("buy", settings=settings, name="Bea")
