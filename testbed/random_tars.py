"""Checkpoints with random weights in the layout that UI-TARS was published in, of any size.

Nothing can be learned from what they say, but all that is computed is the true thing: the same classes, the
same shapes, the same files. The vocabulary has a token for every byte and the special ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Family = Literal["qwen2_vl", "qwen2_5_vl"]

SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is."""

    hidden: int
    layers: int
    heads: int
    kv_heads: int
    inner: int
    sections: tuple[int, int, int]
    """Of a head's rotation for time, row and column; together half a head."""
    seeing: int
    """Width of the vision part."""
    seeing_layers: int
    seeing_heads: int
    seeing_inner: int
    vocabulary: int = 320
    window: int = 112


TINY = Shape(64, 2, 4, 2, 128, (2, 3, 3), 32, 2, 2, 64)
"""For tests: 180,000 parameters."""
SMALL = Shape(512, 10, 8, 2, 1536, (8, 12, 12), 320, 5, 5, 960)
"""For measuring on a CPU: about 30 million parameters that read and 8 million that see."""
SEVEN_B = Shape(3584, 28, 28, 4, 18944, (16, 24, 24), 1280, 32, 16, 3420, vocabulary=152_064)
"""UI-TARS-1.5-7B."""


def config_of(shape: Shape, family: Family) -> dict[str, Any]:
    """The flat `config.json` of the hub."""
    ids = {name: 256 + number for number, name in enumerate(SPECIAL)}
    seeing: dict[str, Any] = {
        "depth": shape.seeing_layers, "num_heads": shape.seeing_heads, "patch_size": 14, "in_chans": 3,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "spatial_patch_size": 14,
    }  # fmt: skip
    if family == "qwen2_5_vl":
        full = [layer for layer in range(shape.seeing_layers) if layer % 8 == 7] or [shape.seeing_layers - 1]
        seeing |= {
            "hidden_size": shape.seeing, "intermediate_size": shape.seeing_inner,
            "out_hidden_size": shape.hidden, "window_size": shape.window, "fullatt_block_indexes": full,
        }  # fmt: skip
    else:
        seeing |= {"embed_dim": shape.seeing, "hidden_size": shape.hidden, "mlp_ratio": 2}
    name = "Qwen2_5_VL" if family == "qwen2_5_vl" else "Qwen2VL"
    return {
        "architectures": [f"{name}ForConditionalGeneration"], "model_type": family,
        "hidden_size": shape.hidden, "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads, "intermediate_size": shape.inner,
        "vocab_size": shape.vocabulary, "max_position_embeddings": 32_768, "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000.0, "rope_scaling": {"type": "mrope", "mrope_section": list(shape.sections)},
        "hidden_act": "silu", "use_sliding_window": False, "sliding_window": 32_768, "max_window_layers": 28,
        "tie_word_embeddings": False, "torch_dtype": "bfloat16", "use_cache": True, "attention_dropout": 0.0,
        "bos_token_id": ids["<|endoftext|>"], "eos_token_id": ids["<|im_end|>"],
        "image_token_id": ids["<|image_pad|>"], "video_token_id": ids["<|video_pad|>"],
        "vision_start_token_id": ids["<|vision_start|>"], "vision_end_token_id": ids["<|vision_end|>"],
        "vision_token_id": ids["<|vision_pad|>"], "vision_config": seeing,
    }  # fmt: skip


def build(folder: Path, shape: Shape, family: Family, *, seed: int = 0, spread: float = 0.25) -> Path:
    """Write a checkpoint with weights drawn from a normal distribution of this spread."""
    import torch
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForImageTextToText

    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "config.json", config_of(shape, family))
    config = AutoConfig.from_pretrained(folder)
    network = AutoModelForImageTextToText.from_config(config, dtype=torch.float32)
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, spread * (64 / parameter.shape[-1]) ** 0.5, generator=draw)
    weights = {_published(name): tensor.contiguous() for name, tensor in network.state_dict().items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    write_rest(folder, family)
    return folder


def write_rest(folder: Path, family: Family) -> None:
    """Everything of a checkpoint but its weights."""
    from tokenizers import pre_tokenizers
    from transformers import Qwen2Tokenizer

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Qwen2Tokenizer(
        vocab={symbol: number for number, symbol in enumerate(alphabet)},
        merges=[],
        unk_token="<|endoftext|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
    )
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL)})
    ids = [tokenizer.convert_tokens_to_ids(name) for name in SPECIAL]
    if sorted(ids) != list(range(256, 256 + len(SPECIAL))):
        raise AssertionError(f"the special tokens did not get the numbers that the config names: {ids}")
    tokenizer.save_pretrained(folder)
    named = dict(zip(SPECIAL, ids, strict=True))
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config |= {
        "bos_token_id": named["<|endoftext|>"], "eos_token_id": named["<|im_end|>"],
        "image_token_id": named["<|image_pad|>"], "video_token_id": named["<|video_pad|>"],
        "vision_start_token_id": named["<|vision_start|>"], "vision_end_token_id": named["<|vision_end|>"],
        "vision_token_id": named["<|vision_pad|>"],
    }  # fmt: skip
    _write(folder / "config.json", config)
    _write(
        folder / "generation_config.json",
        {
            "bos_token_id": named["<|endoftext|>"],
            "pad_token_id": named["<|endoftext|>"],
            "eos_token_id": [named["<|im_end|>"], named["<|endoftext|>"]],
            "do_sample": False,
        },
    )
    _write(
        folder / "preprocessor_config.json",
        {
            "image_processor_type": f"{'Qwen2_5_VL' if family == 'qwen2_5_vl' else 'Qwen2VL'}ImageProcessor",
            "min_pixels": 3136, "max_pixels": 12_845_056, "patch_size": 14, "temporal_patch_size": 2,
            "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711], "processor_class": "Qwen2_5_VLProcessor",
        },
    )  # fmt: skip


def processor() -> Any:
    """The library's own way to make patches of pictures, the one that needs no torchvision."""
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    return Qwen2VLImageProcessorPil(size={"shortest_edge": 28 * 28, "longest_edge": 16384 * 28 * 28})


def parameters(folder: Path) -> tuple[int, int]:
    """How many parameters read, and how many see."""
    from safetensors import safe_open

    reading = seeing = 0
    with safe_open(folder / "model.safetensors", "pt") as file:
        for name in file.keys():  # noqa: SIM118  no mapping
            count = 1
            for side in file.get_slice(name).get_shape():
                count *= side
            if name.startswith("visual."):
                seeing += count
            else:
                reading += count
    return reading, seeing


def _published(name: str) -> str:
    """The name of a weight in the files of the hub."""
    return name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")


def _write(file: Path, value: dict[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=1), encoding="utf-8")
