from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agent_core.faces.pages.output_view import DrawnList, DrawnObject, DrawnTable, DrawnValue, view_of
from agent_core.task.run import Rectangle, RunError, StepRecord, TaskRun, ValueSource

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
POSTS = {
    "type": "object",
    "properties": {
        "posts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "title": {"type": "string", "description": "As written"},
                    "points": {"type": ["integer", "null"]},
                },
                "required": ["title"],
            },
        },
        "day": {"type": "string", "format": "date"},
    },
    "required": ["posts"],
}


def a_run(output: Any, **fields: Any) -> TaskRun:
    asked = {"data_extraction_schema": fields.pop("schema", None)}
    known = {
        "run_id": "tsk_1",
        "status": "completed",
        "created_at": NOW,
        "modified_at": NOW,
        "run_type": "task_v1",
    }
    return TaskRun.model_validate({**known, "output": output, "run_request": asked, **fields})


def test_a_list_of_objects_is_a_table_with_what_the_schema_says_of_its_columns():
    drawn = view_of(a_run({"posts": [{"title": "One", "points": 3}, {"title": "Two"}]}, schema=POSTS))
    assert isinstance(drawn, DrawnObject)
    table = drawn.properties[0].value
    assert isinstance(table, DrawnTable)
    assert [(one.name, one.asked, one.note) for one in table.columns] == [
        ("title", "string, required", "As written"),
        ("points", "integer or null", ""),
    ]
    assert [cell.text for row in table.rows for cell in row if isinstance(cell, DrawnValue)] == [
        *("One", "3"),
        *("Two", "not found"),
    ]


def test_what_the_schema_names_and_the_output_has_not_is_shown_as_not_found():
    drawn = view_of(a_run({"posts": []}, schema=POSTS))
    assert isinstance(drawn, DrawnObject)
    day = drawn.properties[1]
    assert (day.name, day.asked) == ("day", "string, date")
    assert isinstance(day.value, DrawnValue)
    assert day.value.kind == "missing"


def test_a_value_knows_the_picture_and_the_place_in_it_where_it_was_read():
    box = Rectangle(x=10, y=20, width=30, height=40)
    source = ValueSource(url="http://x/", text="One", box=box, digest="d2")
    steps = [
        StepRecord(number=1, digest="d1", decision="act", screenshot="1.png"),
        StepRecord(number=2, digest="d2", decision="finish", screenshot="2.png", viewport=(800, 600)),
    ]
    drawn = view_of(a_run("One", provenance={"": source}, steps=steps))
    assert isinstance(drawn, DrawnValue)
    assert drawn.shot is not None
    assert (drawn.shot.picture, drawn.shot.width, drawn.shot.drawn) == ("2.png", 800, "10,20,30,40")
    assert not drawn.shot.outside


def test_a_place_below_the_picture_is_said_to_be_outside_of_it():
    source = ValueSource(url="u", text="t", box=Rectangle(x=0, y=900, width=10, height=10), digest="d")
    step = StepRecord(number=1, digest="d", decision="finish", screenshot="1.png", viewport=(1280, 720))
    drawn = view_of(a_run(7, provenance={"": source}, steps=[step]))
    assert isinstance(drawn, DrawnValue)
    assert drawn.shot is not None
    assert drawn.shot.outside


def test_a_value_carries_what_the_errors_say_about_it():
    error = RunError(error_code="OUTPUT_INVALID", reasoning="it is no number", pointer="/n")
    drawn = view_of(a_run({"n": "x"}, errors=[error]))
    assert isinstance(drawn, DrawnObject)
    assert isinstance(drawn.properties[0].value, DrawnValue)
    assert drawn.properties[0].value.problem == "it is no number"


def test_long_lists_and_deep_ones_are_bounded():
    drawn = view_of(a_run(list(range(250))))
    assert isinstance(drawn, DrawnList)
    assert (len(drawn.items), drawn.more) == (200, 50)
    deep: Any = "end"
    for _ in range(500):
        deep = [deep]
    inner = view_of(a_run(deep))
    while isinstance(inner, DrawnList):
        inner = inner.items[0]
    assert isinstance(inner, DrawnValue)
    assert inner.kind == "json"


def test_a_wish_in_words_and_a_broken_schema_are_no_schema():
    for asked in ("all the posts", '{"type": ', "[1]", {"properties": 3}):
        drawn = view_of(a_run({"a": 1}, schema=asked))
        assert isinstance(drawn, DrawnObject)
        assert drawn.properties[0].asked == ""
