from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from agent_core import TaskRun
from agent_core.faces.cli.story import Story, milliseconds
from agent_core.loop.events import Acted, Complained, Event, Observed, RunEnded, RunStarted, StepEnded, Warned
from agent_core.task.run import RunError, RunUsage, StepRecord
from browser.model.actions import Click
from browser.model.results import ActionResult

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def told(*events: Event, width: int = 80) -> str:
    """What a console without a terminal shows of these events."""
    file = io.StringIO()
    with Story(Console(file=file, width=width)) as story:
        for event in events:
            story.tell(event)
    return file.getvalue()


def ended(**fields: object) -> TaskRun:
    run = {
        "run_id": "tsk_1",
        "status": "completed",
        "run_type": "task_v1",
        "created_at": NOON,
        "modified_at": NOON,
    }
    return TaskRun.model_validate({**run, **fields})


def test_a_run_reads_from_its_start_to_its_end():
    step = StepRecord(number=1, ms={"act": 200.4, "observe": 30.2, "decide": 1})
    run = ended(
        step_count=1, started_at=NOON, finished_at=NOON + timedelta(seconds=2.34), folder="/runs/tsk_1"
    )
    said = told(
        RunStarted(run_id="tsk_1", engine="embedded", url="http://a/", folder="/runs/tsk_1", max_steps=25),
        Observed(number=1, url="http://a/list?page=2", title="List", elements=3, took_ms=30),
        Acted(
            number=1,
            result=ActionResult(
                action=Click(target="e1"), did="clicked link 'Next'", effect="the page went to /3"
            ),
        ),
        StepEnded(step=step),
        RunEnded(run=run),
    )
    assert said.splitlines() == [
        "embedded at http://a/, at most 25 steps",
        "  1  List  a/list",
        "     clicked link 'Next'  → the page went to /3",
        "     232 ms: observe 30, decide 1, act 200",
        "completed in 1 step, 2.3 s",
        "  kept in /runs/tsk_1",
    ]


def test_what_went_wrong_is_told():
    said = told(
        Acted(
            number=1, result=ActionResult(action=Click(target="e1"), problem="element 'e1' cannot be used")
        ),
        Complained(number=1, complaint="the output lacks 'price'"),
        Warned(text="no proxy was used"),
        RunEnded(
            run=ended(
                status="failed",
                step_count=3,
                failure_reason="not done in 3 steps",
                errors=[
                    RunError(error_code="REACH_MAX_STEPS", reasoning="not done in 3 steps"),
                    RunError(error_code="no_price", reasoning="the price is missing"),
                ],
                usage=RunUsage(
                    model="m",
                    model_calls=3,
                    input_tokens=900,
                    cached_tokens=600,
                    output_tokens=40,
                    cost_usd=0.01,
                ),
            )
        ),
    )
    assert said.splitlines() == [
        "     element 'e1' cannot be used",
        "     not accepted: the output lacks 'price'",
        "warning: no proxy was used",
        "failed in 3 steps",
        "  REACH_MAX_STEPS: not done in 3 steps",
        "  no_price: the price is missing",
        "  m: 3 calls, 900 tokens in (600 from the cache), 40 out, 0.0100 USD",
    ]


@pytest.mark.parametrize("title", ["[bold red]Sale[/] [/nothing]", "\x1b[2J\x1b]0;owned\x07Sale\n\rnow"])
def test_what_a_page_calls_itself_neither_styles_nor_steers_the_terminal(title: str):
    said = told(Observed(number=1, url="http://a/", title=title, elements=0, took_ms=1))
    assert said.count("\n") == 1
    assert not any(char in said for char in "\x1b\x07\r")
    assert "Sale" in said
    assert ("[bold red]" in said) == ("[bold red]" in title)


def on_terminal(event: Event) -> str:
    file = io.StringIO()
    with Story(Console(file=file, width=40, force_terminal=True, color_system=None)) as story:
        story.tell(event)
    return file.getvalue()


LONG_ACT = Acted(number=1, result=ActionResult(action=Click(target="e1"), did="clicked " + "x" * 300))


def test_what_happens_takes_one_row_of_a_terminal_and_is_kept_whole_elsewhere():
    assert f"     clicked {'x' * 26}…\n" in on_terminal(LONG_ACT)
    assert "x" * 27 not in on_terminal(LONG_ACT)
    assert f"     clicked {'x' * 300}\n" in told(LONG_ACT, width=40)


def test_how_a_run_ended_is_kept_whole_on_a_terminal_too():
    why = "the page said " + "no " * 50 + "at last"
    said = on_terminal(RunEnded(run=ended(status="failed", failure_reason=why, step_count=1)))
    assert f"  {why}\n" in said


def test_milliseconds_of_a_step_without_phases_are_none():
    assert milliseconds(StepRecord(number=1)) == "0 ms"


def test_credentials_of_an_address_are_not_printed():
    said = told(
        RunStarted(
            run_id="tsk_1", engine="embedded", url="http://ann:pw1@a/", folder="/runs/tsk_1", max_steps=25
        ),
        Observed(number=1, url="http://ann:pw1@a:8080/list?page=2", title="", elements=3, took_ms=30),
        Observed(number=2, url="http://ann:pw1@[a/list", title="List", elements=3, took_ms=30),
    )
    assert "pw1" not in said
    assert "http://***@a:8080/list?page=2  a:8080/list" in said
