"""The file: what is written can be read, and nonsense is named with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_core import BadScript
from agent_core.replay.format import Described, Parameter, Script, Step, action_of, read_script
from agent_core.store.scripts import Scripts
from browser.model.actions import Click, TypeText

SCRIPT = Script(
    prompt="Enter '{{name}}' and click 'Go'.",
    url="http://127.0.0.1:8000/form",
    parameters={"name": Parameter(example="Ada", about="goes into 'Name'")},
    steps=(
        Step(
            do="TypeText",
            arguments={"text": "{{name}}"},
            on={"target": Described(role="textbox", name="Name")},
        ),
        Step(do="Click", on={"target": Described(role="button", name="Go")}),
    ),
)


def changed(path: Path, **fields: object) -> Path:
    path.write_text(json.dumps({**json.loads(SCRIPT.as_text()), **fields}))
    return path


def test_what_is_written_is_read_as_it_was(tmp_path):
    path = tmp_path / "script.json"
    path.write_text(SCRIPT.as_text())

    assert read_script(path) == SCRIPT


def test_a_step_gives_the_action_it_was_made_of():
    typing, click = SCRIPT.steps

    assert action_of(typing, {"target": "f0e1"}, {"text": "Bo"}) == TypeText("Bo", "f0e1")
    assert action_of(click, {"target": "f0e2"}, {}) == Click("f0e2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{]", "is not JSON"),
        ("[]", "is no script"),
        ('{"format": "something else"}', "is no script"),
        ('{"format": "agent-core script", "version": 1}', "prompt"),
        ('{"format": "agent-core script", "version": 2, "prompt": "x"}', "reads 1"),
    ],
)
def test_what_is_no_script_is_said_to_be_none(tmp_path, text, said):
    path = tmp_path / "script.json"
    path.write_text(text)

    with pytest.raises(BadScript, match=said):
        read_script(path)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"steps": [{"do": "Klick"}]}, "there is no action 'Klick'"),
        ({"steps": [{"do": "Click"}]}, "Click needs"),
        ({"steps": [{"do": "Click", "on": {"button": {"role": "button"}}}]}, "no target 'button'"),
        ({"steps": [{"do": "Back", "arguments": {"times": 2}}]}, "Back has no 'times'"),
        ({"steps": [{"do": "Wait", "arguments": {"seconds": "long"}}]}, "'seconds' cannot be 'long'"),
        ({"steps": "all of them"}, "steps"),
        ({"speed": "fast"}, "speed"),
        ({"parameters": {}}, "{{name}} is used and is not among the parameters"),
    ],
)
def test_a_script_changed_into_nonsense_names_the_place(tmp_path, fields, said):
    with pytest.raises(BadScript, match=said.replace("{", r"\{")):
        read_script(changed(tmp_path / "script.json", **fields))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadScript, match="cannot be read: No such file"):
        read_script(tmp_path / "none.json")


def test_a_task_is_found_again_by_its_words_with_other_values(tmp_path):
    scripts = Scripts(home=tmp_path)
    scripts.keep(SCRIPT)

    kept = scripts.find("Enter 'Bo'  and click 'Go'.", "http://127.0.0.1:8000/other", None)

    assert kept is not None
    assert kept.values == {"name": "Bo"}
    assert scripts.find("Enter 'Bo' and click 'Stop'.", SCRIPT.url, None) is None
    assert scripts.find("Enter 'Bo' and click 'Go'.", "http://127.0.0.1:9000/form", None) is None
    assert scripts.find("Enter 'Bo' and click 'Go'.", SCRIPT.url, {"type": "object"}) is None


def test_a_value_that_no_step_uses_must_be_the_one_of_the_recording(tmp_path):
    scripts = Scripts(home=tmp_path)
    scripts.keep(SCRIPT.model_copy(update={"steps": SCRIPT.steps[1:]}))

    assert scripts.find("Enter 'Ada' and click 'Go'.", SCRIPT.url, None) is not None
    assert scripts.find("Enter 'Bo' and click 'Go'.", SCRIPT.url, None) is None


def test_a_broken_recording_is_passed_over_and_told_of(tmp_path):
    scripts = Scripts(home=tmp_path)
    scripts.keep(SCRIPT).write_text("{")

    assert scripts.find("Enter 'Bo' and click 'Go'.", SCRIPT.url, None) is None
    assert "is not JSON" in scripts.complaints[0]
