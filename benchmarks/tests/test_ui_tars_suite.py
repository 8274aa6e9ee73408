from __future__ import annotations

import pytest

from benchmarks.measure import append
from benchmarks.report_tars import read_runs, report_on
from benchmarks.suites.ui_tars import Asked, Floor, TarsRun, made_on, measure, screenshot
from testbed.random_tars import TINY

ASKED = {
    "pictures": 5, "prompt_tokens": 7000, "reused_tokens": 5600, "generate_first_s": 9.0,
    "generate_token_ms": 50.0, "fresh_first_s": 8.0, "fresh_token_ms": 50.0, "kept_first_s": 2.0,
    "kept_token_ms": 40.0, "same_tokens": True,
}  # fmt: skip
RUN = TarsRun(
    device="cpu", dtype="float32", family="qwen2_5_vl", reading=30_000_000, seeing=8_000_000,
    picture=(1288, 812), asked=[ASKED], steps_s=[9.0, *[2.0] * 9, *[3.0] * 10],
    steps_pictures=[1, 2, 3, 4, 5] * 4,
    floor={"matrix_tflops": 0.1, "copy_gb_s": 10.0, "first_s": 1.0, "token_ms": 10.0},
    versions={"torch": "2"}, load=0.1, commit="abc", date="2026-11-24", machine="two cores",
)  # fmt: skip


def test_the_newest_run_of_each_device_is_reported(tmp_path):
    append(tmp_path / "ui_tars.jsonl", RUN)
    text = report_on(read_runs(tmp_path / "ui_tars.jsonl"))

    assert "| 5 | 7,000 | 5,600 | 9.00 s | 8.00 s | 2.00 s | 4.0 x | 50.0 ms | 40.0 ms | yes |" in text
    assert "mean of steps 11 to 20: 1.50 times that of steps 2 to 6; worst step 9.00 s (step 1)" in text
    assert "first token 1.00 s, of which we take 2.0 times as much" in text
    assert "25% of the bound" in text


def test_what_is_not_measured_says_how_to():
    assert "make bench-ui-tars" in report_on([])


@pytest.mark.slow
@pytest.mark.parametrize("family", ["qwen2_vl", "qwen2_5_vl"])
def test_a_small_model_is_measured_whole(tmp_path, family):
    run = measure(
        TINY, family, tmp_path, device="cpu", counts=(1, 2, 3), steps=7, reply_tokens=6, size=(392, 224)
    )
    asked = [Asked(**each) for each in run.asked]

    assert all(each.same_tokens for each in asked)
    assert [each.reused_tokens > 0 for each in asked] == [False, True, True]
    assert list(run.steps_pictures) == [1, 2, 3, 4, 5, 2, 3]
    assert all(value > 0 for value in run.floor.values())
    assert "worst step" in report_on([run])


@pytest.mark.slow
def test_weights_that_are_made_on_the_device_are_measured_the_same_way(tmp_path):
    from benchmarks.suites import ui_tars

    loaded, checkpoint = made_on("cpu", TINY, "qwen2_5_vl", tmp_path)
    asked = ui_tars._asked(loaded, [screenshot(number, 392, 224) for number in range(2)], 6)
    floor = ui_tars.floor_of(loaded, asked, (392, 224))

    assert str(loaded.network.dtype) == "torch.bfloat16"
    assert checkpoint.kind == "resized"
    assert asked.reused_tokens > 0
    assert isinstance(floor, Floor)
    assert floor.first_s > 0
