"""Checkpoints that cannot be used, and options that are none: each is a sentence that says what to do."""

from __future__ import annotations

import json

import pytest

from engines.cua.ui_tars import create
from engines.cua.ui_tars.local.checkpoint import find_checkpoint
from engines.cua.ui_tars.local.options import Options, options_of
from engines.cua.ui_tars.local.worker import in_loop
from engines.errors import EngineUnavailable
from engines.protocol import EngineOptions, ModelSettings

CONFIG = {"model_type": "qwen2_5_vl"}


@pytest.fixture
def folder(tmp_path):
    """Makes a folder of these files, given as text or as JSON values."""

    def make(**files: object):
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / name.replace("__", ".")).write_text(text, "utf-8")
        return str(tmp_path)

    return make


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, r"holds no config\.json: name the folder"),
        ({"config__json": "{"}, r"config\.json that cannot be read"),
        ({"config__json": "[]"}, "no JSON object"),
        ({"config__json": {"model_type": "llama"}}, r"of type 'llama'.*Qwen2-VL.*set model\.base_url"),
        ({"config__json": {"model_type": "qwen3_vl"}}, "of type 'qwen3_vl'"),
        ({"config__json": CONFIG}, r"holds no weights \(\*\.safetensors\)"),
        (
            {
                "config__json": CONFIG,
                "model__safetensors__index__json": {"weight_map": {"a": "model-1.safetensors"}},
            },
            r"lacks model-1\.safetensors: the download is not complete",
        ),
        ({"config__json": CONFIG, "model__safetensors": ""}, "holds no tokenizer"),
    ],
)
def test_a_folder_that_is_no_checkpoint_says_what_it_lacks(folder, files, says):
    name = folder(**files)

    with pytest.raises(EngineUnavailable, match=rf"model\.model_name: .*{says}"):
        create(EngineOptions(model=ModelSettings(model_name=name)))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/nowhere/at/all", r"is no folder, and no checkpoint of that name has been downloaded"),
        ("nobody/no-such-model", r"fetch it by `hf download nobody/no-such-model`, or set model\.base_url"),
        ("models/UI-TARS-1.5-7B.Q4.gguf", r"is a GGUF file: serve it by llama\.cpp with --mmproj"),
    ],
)
def test_a_name_that_is_nowhere_says_how_to_get_it(name, says):
    with pytest.raises(EngineUnavailable, match=says):
        find_checkpoint(name)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"top_k": 3}, r"extra_body\.top_k is none of device, dtype, quantization, keep_s"),
        ({"dtype": "int3"}, r"extra_body\.dtype must be one of auto, bfloat16"),
        ({"quantization": "q4"}, r"quantization must be int8 or nf4, not 'q4'"),
        ({"keep_s": "long"}, r"keep_s must be a number of seconds"),
        ({"keep_s": -1}, r"keep_s must be"),
        ({"device": 0}, r"device must be a name"),
    ],
)
def test_an_option_that_is_none_is_named(given, says):
    with pytest.raises(EngineUnavailable, match=says):
        options_of(given)


def test_options_are_those_that_were_given():
    assert options_of({}) == Options()
    assert options_of({"device": "cuda:1", "keep_s": 0}) == Options(device="cuda:1", keep_s=0)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([7] * 96, True),
        ([1, 2, 3] * 32, True),
        ([*range(50), *([4, 5] * 55)][:160], True),
        (list(range(96)), False),
        ([7] * 80, False),
        ([*([1] * 90), 2, 3, 4, 5, 6, 7], False),
    ],
)
def test_a_loop_is_told_from_a_text(ids, expected):
    assert in_loop(ids) is expected
