"""What many episodes say together, and how it is written down."""

import json
from dataclasses import replace

import pytest

from benchmarks.measure import EpisodeRecord, append, by_run, read, share, summarise
from benchmarks.report import report, report_on_imports
from benchmarks.run import seeds_of, tasks_of
from benchmarks.suites.imports import measure_imports
from benchmarks.suites.miniwob_pages import REPORT_SEEDS, TASKS

LOST = EpisodeRecord(
    run="2026-01-01T00:00:00Z",
    task="click-test",
    seed=1,
    engine="embedded",
    reward=0,
    raw_reward=None,
    status="failed",
    code="GAVE_UP",
    steps=2,
    ms=800.0,
    commit="abc",
)
WON = replace(LOST, reward=1, raw_reward=1.0, status="completed", code="")
CLAIMED = replace(LOST, raw_reward=-1.0, status="completed", code="")


def test_a_line_is_read_back_as_it_was_written(tmp_path):
    file = tmp_path / "deep" / "miniwob.jsonl"
    for record in (WON, replace(LOST, utterance='Click "é"\n')):
        append(file, record)

    assert read(file) == [WON, replace(LOST, utterance='Click "é"\n')]


def test_fields_of_another_version_are_left_out(tmp_path):
    file = tmp_path / "miniwob.jsonl"
    append(file, WON)
    file.write_text(json.dumps({**json.loads(file.read_text()), "colour": "red"}))

    assert read(file) == [WON]


def test_a_file_that_is_not_there_holds_nothing(tmp_path):
    assert read(tmp_path / "none.jsonl") == []


def test_only_a_claim_of_success_without_reward_is_falsely_completed():
    assert [record.false_completed for record in (WON, LOST, CLAIMED)] == [False, False, True]


def test_rates_are_shares_of_all_episodes():
    summary = summarise([WON, WON, LOST, CLAIMED])

    assert summary.success.value == 0.5
    assert summary.false_completed.value == 0.25
    assert summary.statuses == {"completed": 3, "failed": 1}
    assert summary.codes == {"GAVE_UP": 1}


def test_an_interval_holds_its_rate_and_is_the_same_each_time():
    records = [replace(WON if number % 3 else LOST, task=f"task-{number}") for number in range(30)]
    first = share(records, lambda record: record.reward == 1)

    assert first == share(records, lambda record: record.reward == 1)
    assert 0 < first.low < first.value < first.high < 1


def test_seeds_of_one_task_do_not_narrow_the_interval():
    spread = [replace(WON if number % 2 else LOST, task=f"task-{number}") for number in range(10)]
    repeated = [replace(record, seed=seed) for record in spread for seed in range(50)]

    assert share(repeated, lambda r: r.reward == 1) == share(spread, lambda r: r.reward == 1)


def complete_run(run: str, winner: str) -> list[EpisodeRecord]:
    return [
        replace(WON if task == winner else LOST, run=run, task=task, seed=seed)
        for task in TASKS
        for seed in REPORT_SEEDS
    ]


def test_the_report_shows_the_newest_complete_run():
    older = complete_run("2026-01-01T00:00:00Z", "click-link")
    newer = complete_run("2026-01-02T00:00:00Z", "click-test")
    unfinished = complete_run("2026-01-03T00:00:00Z", "click-test")[:-1]
    text = report([*older, *newer, *unfinished])

    assert "| click-test | 5/5 |  |  |" in text
    assert "| click-link | 0/5 |  | GAVE_UP |" in text
    assert "2026-01-01" in text
    assert "2026-01-03" not in text


def test_the_report_on_other_seeds_is_that_there_is_none():
    work = [
        replace(record, seed=record.seed - 999)
        for record in complete_run("2026-01-01T00:00:00Z", "click-test")
    ]
    assert "no complete run yet" in report(work)


def test_episodes_are_told_apart_by_run():
    assert list(by_run([WON, replace(LOST, run="2")])) == [WON.run, "2"]


@pytest.mark.parametrize(("text", "seeds"), [("1-3", [1, 2, 3]), ("7", [7]), ("1-2,1000", [1, 2, 1000])])
def test_seeds_are_numbers_and_ranges(text, seeds):
    assert seeds_of(text) == seeds


def test_tasks_are_names_and_patterns():
    assert tasks_of("enter-text,click-tab-2*") == [
        "enter-text",
        "click-tab-2",
        "click-tab-2-easy",
        "click-tab-2-hard",
        "click-tab-2-medium",
    ]
    assert tasks_of("") == list(TASKS)


def test_a_name_that_fits_no_task_is_refused():
    with pytest.raises(ValueError, match="click-tset"):
        tasks_of("click-tset")


def test_imports_are_measured_against_each_other_and_reported(tmp_path):
    times = measure_imports(rounds=1)
    append(tmp_path / "imports.jsonl", times)

    assert times.ratio == times.agent_core_ms / times.pydantic_ms > 0
    assert times.heavy == ()
    assert f"{times.ratio:.2f} times" in report_on_imports(tmp_path / "imports.jsonl")
    assert "Not measured yet" in report_on_imports(tmp_path / "none.jsonl")
