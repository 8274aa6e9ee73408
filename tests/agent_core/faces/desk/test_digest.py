from __future__ import annotations

import json

from agent_core.faces.desk.digest import fitted_output


def test_an_output_that_fits_is_handed_over_as_it_is():
    assert fitted_output({"a": [1, 2]}, most_chars=100).value == {"a": [1, 2]}
    assert fitted_output(None).value is None
    assert fitted_output("text").note == ""


def test_the_longest_list_is_cut_and_can_be_read_on():
    output = {"shop": {"rows": [{"n": n, "text": "x" * 50} for n in range(200)]}, "tags": ["a", "b"]}
    beginning = fitted_output(output, most_chars=2000)
    shown = beginning.value["shop"]["rows"]
    assert len(json.dumps(beginning.value)) <= 2000
    assert beginning.value["tags"] == ["a", "b"]
    assert beginning.note == f"items 0 to {len(shown) - 1} of 200 of /shop/rows are shown"
    further = fitted_output(output, first=len(shown), most_chars=2000)
    assert further.value["shop"]["rows"][0]["n"] == len(shown)
    last = fitted_output(output, first=5000, most_chars=2000)
    assert [row["n"] for row in last.value["shop"]["rows"]] == [199]


def test_long_texts_are_cut_where_there_is_no_list():
    cut = fitted_output({"page": "x" * 50_000})
    assert len(cut.value["page"]) == 2001
    assert cut.note == "long texts of the output are cut"


def test_a_list_of_few_long_texts_fits_too():
    cut = fitted_output(["x" * 50_000, "y" * 50_000])
    assert len(json.dumps(cut.value, ensure_ascii=False)) < 16_000
