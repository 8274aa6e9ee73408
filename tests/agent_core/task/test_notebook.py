from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent_core import TaskRun
from tests.support.reading import reading

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
EVIL = "<script>alert(1)</script>\"'&"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;"


def run_with(**fields: object) -> TaskRun:
    run = {
        "run_id": "tsk_1",
        "status": "completed",
        "run_type": "task_v1",
        "created_at": NOON,
        "modified_at": NOON,
    }
    return TaskRun.model_validate({**run, **fields})


def html(**fields: object) -> str:
    return run_with(**fields)._repr_html_()


def test_a_list_of_objects_is_a_table_with_all_their_columns():
    shown = html(output={"posts": [{"title": "A", "points": 1}, {"title": "B", "author": None}]})
    assert shown.count("<table>") == 2
    assert [shown.count(f">{name}</th>") for name in ("posts", "title", "points", "author")] == [1] * 4
    assert "<code>null</code>" in shown


@pytest.mark.parametrize(
    ("output", "words"),
    [
        pytest.param("plain", ">plain</span>", id="text"),
        pytest.param([1, "é"], "<code>[1, &quot;é&quot;]</code>", id="list of values"),
        pytest.param([], "<code>[]</code>", id="empty list"),
        pytest.param({}, "<code>{}</code>", id="empty object"),
        pytest.param([{"n": n} for n in range(150)], "and 50 more rows", id="long list"),
        pytest.param([{"n": 1}, 2], "<code>", id="mixed list"),
    ],
)
def test_every_kind_of_output_is_shown(output: object, words: str):
    assert words in html(output=output)


def test_nothing_that_a_page_says_becomes_markup():
    step = {"number": 1, "title": EVIL, "thought": EVIL, "actions": [{"action": {}, "did": EVIL}]}
    shown = html(
        status="failed",
        failure_reason=EVIL,
        output={EVIL: [{EVIL: EVIL}], "list": [EVIL]},
        warnings=[EVIL],
        steps=[step],
    )
    assert "<script" not in shown
    assert shown.count(ESCAPED) >= 6


def test_the_last_picture_stands_in_it_and_the_steps_are_folded(tmp_path: Path):
    (tmp_path / "0001.png").write_bytes(b"\x89PNG picture")
    steps = [{"number": 1, "title": "Home", "screenshot": "0001.png"}, {"number": 2, "title": "Shop"}]
    fields = {"steps": steps, "started_at": NOON, "finished_at": NOON + timedelta(seconds=2.5)}
    shown = html(folder=str(tmp_path), **fields)
    assert "2 steps, 2.5 s" in shown
    assert "<summary>2 steps</summary>" in shown
    assert 'src="data:image/png;base64,iVBORyBwaWN0dXJl"' in shown
    (tmp_path / "0001.png").unlink()
    assert "<img" not in html(folder=str(tmp_path), **fields)


def test_a_run_is_named_in_one_short_line():
    run = run_with(
        status="failed",
        failure_reason="the door is\nlocked " * 50,
        output=["x" * 9000],
        steps=[{"number": 1}],
    )
    assert len(repr(run)) < 400
    assert "\n" not in repr(run)
    assert str(run) == repr(run)
    assert repr(run).startswith("TaskRun('tsk_1', status='failed', failure_reason=\"the door is locked")
    assert repr(run).endswith("steps=1)")
    assert repr(run_with()) == "TaskRun('tsk_1', status='completed', steps=0)"


def test_a_step_without_an_action_is_told_in_words():
    shown = html(steps=[{"number": 1, "title": "Home", "decision": "give_up"}])
    assert "1. Home: gave up" in shown
    thought = html(steps=[{"number": 1, "title": "Home", "decision": "act", "thought": "wait a little"}])
    assert "1. Home: wait a little" in thought


@pytest.mark.browser
async def test_a_long_output_does_not_make_a_narrow_notebook_wider(tmp_path: Path):
    row = {f"column {n}": "x" * 400 if n == 3 else "some words" for n in range(12)}
    shown = html(output={"rows": [row, row]}, failure_reason="y" * 400, warnings=["z" * 400])
    file = tmp_path / "run.html"
    file.write_text(f"<!doctype html><body>{shown}", "utf-8")
    async with reading() as reader:
        await reader.page.set_viewport_size({"width": 400, "height": 800})
        await reader.page.goto(file.as_uri())
        assert await reader.page.evaluate("document.documentElement.scrollWidth") == 400
