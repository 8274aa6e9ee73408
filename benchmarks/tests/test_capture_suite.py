"""The pages that are made for measuring, and what is said of what was measured."""

import json
import urllib.request

import pytest

from benchmarks.measure import append
from benchmarks.suites.capture import CaptureRun, Read, Reading, measure_capture, summarised, table
from benchmarks.suites.peers.pages import article_page, button_page, serving, table_page
from benchmarks.suites.steps import STEPS, StepsRun, our_steps, prompt_chars


def read_in(ms, chars=4000):
    return Read(ms=ms, fastest_ms=ms, chars=chars, elements=10, times=3)


RUN = CaptureRun(
    pages={"/article": {"ours": read_in(100.0), "aria_snapshot": read_in(450.0, 0)}},
    found_below={"note 3300": True},
    versions={"chromium": "1"},
    load=1.5,
    commit="abc",
    date="2026-01-01T00:00:00Z",
    machine="2 x x86_64",
)


def test_the_made_pages_are_as_large_as_they_are_said_to_be():
    article, long_table = article_page(), table_page()
    assert article.count("<a ") == 3300
    assert article.count("</") >= 10_000
    assert [long_table.count(tag) for tag in ("<input ", "<a ", "<button ")] == [3000] * 3
    assert button_page().count("<button") == 1


def test_a_made_page_says_what_was_clicked():
    with serving() as pages:
        with urllib.request.urlopen(f"{pages.url}/table") as answer:
            assert b"Buy item 2417" in answer.read()
        urllib.request.urlopen(f"{pages.url}/clicked?id=buy-2417", data=b"").close()
        assert pages.clicked == ["buy-2417"]


def test_a_folder_of_pages_is_served_beside_the_made_ones(tmp_path):
    (tmp_path / "mine.html").write_text("<p>mine", "utf-8")
    with serving(tmp_path) as pages, urllib.request.urlopen(f"{pages.url}/mine.html") as answer:
        assert answer.read() == b"<p>mine"


def test_readings_are_summed_up_by_their_median():
    read = summarised([Reading(30.0, 8, 2), Reading(10.0, 8, 2), Reading(20.0, 8, 2)])
    assert (read.ms, read.fastest_ms, read.times) == (20.0, 10.0, 3)


def test_a_page_that_a_reader_gave_up_on_is_no_reading():
    read = summarised([Reading(15_000.0, 9, 0, complete=False), Reading(10.0, 8, 2), Reading(20.0, 8, 2)])
    assert (read.ms, read.given_up, read.elements) == (15.0, 1, 2)
    assert summarised([Reading(15_000.0, 9, 0, complete=False)]).given_up == 1


def test_others_are_given_as_so_many_times_as_long_as_we_take():
    assert RUN.ratio("/article", "aria_snapshot") == 4.5
    assert RUN.ratio("/article", "browser-use") is None
    assert "| /article | aria_snapshot | 450 | 4.5 | 10 |  |  |" in table(RUN)
    assert "| /article | ours | 100 |  | 10 | 1,000 |  |" in table(RUN)


def test_a_run_is_a_line_of_json(tmp_path):
    append(tmp_path / "capture.jsonl", RUN)
    (line,) = (tmp_path / "capture.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["pages"]["/article"]["aria_snapshot"]["ms"] == 450.0


def test_steps_are_compared_where_the_peer_was_measured():
    alone = StepsRun(
        ours_ms=100.0,
        phases_ms={"act": 60.0},
        peer_ms=None,
        steps=6,
        prompt_tokens=1400,
        peer_prompt_tokens=None,
        versions={},
        load=1.0,
        commit="",
        date="",
        machine="",
    )
    assert "times" not in str(alone)


@pytest.mark.browser
async def test_our_steps_click_the_button_and_the_prompt_is_counted():
    with serving() as pages:
        own, phases = await our_steps(pages.url + "/button")
        assert len(own) == STEPS
        assert {"act", "observe"} <= set(phases[0])
        assert 0 < await prompt_chars(pages.url + "/button") < 6000


@pytest.mark.browser
@pytest.mark.slow
async def test_both_far_below_are_met_by_their_name():
    with serving() as pages:
        run = await measure_capture(pages, ["/button"], 1, peers=False)
    assert run.found_below == {"note 3300": True, "Buy item 2417": True}
    assert set(run.pages["/button"]) == {"ours", "ours, all", "aria_snapshot"}
