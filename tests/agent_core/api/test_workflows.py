"""Workflows that are described in words: kept, named, changed, deleted, and carried out by an agent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent_core import (
    BadRequest,
    NoSuchWorkflow,
    Script,
    Settings,
    check_workflow,
    delete_workflow,
    export_workflow,
    list_workflows,
    load_workflow,
    save_workflow,
)
from agent_core.replay.format import Output, Parameter
from agent_core.runner.preparing.resolve import prepare
from agent_core.store.scripts import Scripts, StoredScript
from agent_core.task.request import TaskRequest

SITE = "http://127.0.0.1:9/"
ORDER = Script(
    title="Order tea",
    prompt="Click '{{tea}}'.",
    url=SITE,
    parameters={"tea": Parameter(example="")},
    described=True,
    task={"max_steps": 7, "engine": "embedded"},
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def test_a_workflow_is_kept_under_a_name_that_no_other_has(settings: Settings):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: save_workflow(ORDER, settings).name, range(24)))
    assert sorted(made) == sorted(["order-tea", *(f"order-tea-{number}" for number in range(2, 25))])
    assert len(list_workflows(settings)) == 24


def test_one_with_a_name_takes_the_place_of_that_workflow(settings: Settings):
    kept = save_workflow(ORDER, settings)
    save_workflow(kept.model_copy(update={"title": "Order green tea"}), settings)
    assert [one.title for one in list_workflows(settings) if isinstance(one, Script)] == ["Order green tea"]
    assert load_workflow("order-tea", settings).task == ORDER.task


def test_a_workflow_is_deleted_once(settings: Settings):
    save_workflow(ORDER, settings)
    assert delete_workflow("order-tea", settings).title == "Order tea"
    with pytest.raises(NoSuchWorkflow):
        delete_workflow("order-tea", settings)
    with pytest.raises(BadRequest):
        delete_workflow("../order-tea", settings)


def test_a_task_is_made_of_its_words_its_values_and_its_fields(settings: Settings):
    save_workflow(ORDER.model_copy(update={"output": Output(wish="the price")}), settings)
    task = {"max_steps": 3, "engine": "skyvern-1.0", "model": {"base_url": f"{SITE}v1"}}
    request = check_workflow("order-tea", {"tea": "Green"}, task=task, settings=settings)
    assert (request.prompt, request.url, request.max_steps) == ("Click 'Green'.", SITE, 3)
    assert (request.run_with, request.data_extraction_schema) == ("agent", "the price")
    save_workflow(ORDER.model_copy(update={"name": "order-tea"}), settings)
    assert check_workflow("order-tea", {"tea": "Green"}, settings=settings).max_steps == 7


@pytest.mark.parametrize("run_with", ["agent", "code"])
def test_an_agent_carries_it_out_until_a_recording_of_the_same_task_is_asked_for(
    settings: Settings, run_with: str
):
    workflow = StoredScript(
        script=ORDER, values={"tea": "Green"}, path=settings.data_folder / "order-tea.json"
    )
    request = TaskRequest.of(
        {"prompt": "Click 'Green'.", "url": SITE, "engine": "embedded", "run_with": run_with}
    )
    prepared = prepare(request, settings=settings, workflow=workflow)
    assert (prepared.workflow, prepared.decider.replay) == (workflow, None)
    Scripts(home=settings.data_folder).keep(Script(prompt="Click 'Green'.", url=SITE))
    again = prepare(request, settings=settings, workflow=workflow)
    assert (again.decider.replay is not None) is (run_with == "code")


def test_a_recording_is_done_again(settings: Settings):
    script = ORDER.model_copy(update={"described": False})
    workflow = StoredScript(script=script, values={"tea": "Green"}, path=settings.data_folder / "x.json")
    request = TaskRequest.of(
        {"prompt": "Click 'Green'.", "url": SITE, "engine": "embedded", "run_with": "code"}
    )
    assert prepare(request, settings=settings, workflow=workflow).decider.replay == workflow


def test_only_what_was_recorded_is_exported(settings: Settings):
    save_workflow(ORDER, settings)
    with pytest.raises(BadRequest, match="is only described"):
        export_workflow("order-tea", settings)
