"""Loading a checkpoint: on which device, in which numbers, with how much memory."""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.cua.ui_tars.local.checkpoint import Checkpoint
from engines.cua.ui_tars.local.options import Options
from engines.errors import ModelUnreachable

GIB = 1 << 30
_SHARE_OF_QUANTIZATION = {"": 1.0, "int8": 0.6, "nf4": 0.4}
"""Of the memory in 16 bits: the vision part and the last layer stay as they are."""


@dataclass(frozen=True, slots=True)
class Colours:
    """Mean and spread of red, green and blue, in shares of full brightness."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]


CLIP = Colours((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
"""Those of all published checkpoints."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that can compute. All of it belongs to the one thread that works with it."""

    network: Any
    tokenizer: Any
    colours: Colours
    device: str
    said: str
    """Where and how it runs, as a sentence for the caller."""

    @property
    def language(self) -> Any:
        """The part that reads embeddings and keeps a cache."""
        return self.network.model.language_model

    @property
    def cache_keyword(self) -> str:
        """What this version of transformers calls the cache."""
        return (
            "cache" if "cache" in inspect.signature(self.language.forward).parameters else "past_key_values"
        )


def load(checkpoint: Checkpoint, options: Options) -> Loaded:
    """Load it; takes seconds to minutes.

    Raises:
        ModelUnreachable: There is no such device, or not enough memory, or the files are damaged.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForImageTextToText, AutoTokenizer

    device = _device(torch, options.device)
    dtype = _dtype(torch, device, checkpoint, options)
    _check_memory(torch, device, dtype, checkpoint, options)
    try:
        with _quietly():
            network, info = AutoModelForImageTextToText.from_pretrained(
                checkpoint.folder,
                dtype=dtype,
                device_map={"": device},
                attn_implementation="sdpa",
                quantization_config=_quantization(torch, options),
                local_files_only=True,
                output_loading_info=True,
            )
        tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True)
    except torch.OutOfMemoryError as error:
        raise out_of_memory(device, str(error)) from error
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ModelUnreachable(f"{checkpoint.name} cannot be loaded: {_first_line(error)}") from error
    if info["missing_keys"]:
        lacking = ", ".join(sorted(info["missing_keys"])[:3])
        raise ModelUnreachable(f"{checkpoint.name} lacks weights ({lacking}, ...): fetch it again")
    numbers = options.quantization or str(dtype).removeprefix("torch.")
    slow = "; a GPU or a server would be many times faster" if device == "cpu" else ""
    said = f"ui-tars: {checkpoint.name} runs in this process on {device} in {numbers}{slow}"
    return Loaded(network.eval(), tokenizer, colours_of(checkpoint.folder), device, said)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Without a progress bar on somebody else's terminal."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def colours_of(folder: Path) -> Colours:
    """What a checkpoint's pictures are normalised by."""
    file = folder / "preprocessor_config.json"
    given = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return Colours(
        mean=tuple(given.get("image_mean") or CLIP.mean), spread=tuple(given.get("image_std") or CLIP.spread)
    )


def out_of_memory(device: str, said: str) -> ModelUnreachable:
    """What to do where memory does not suffice."""
    return ModelUnreachable(
        f"there is not enough memory on {device} ({said.splitlines()[0] if said else 'none left'}); set "
        'model.extra_body to {"quantization": "int8"} or "nf4", or to {"device": "cpu"}, or use a server'
    )


def _device(torch: Any, wanted: str) -> str:
    has_mps = bool(getattr(torch.backends, "mps", None)) and torch.backends.mps.is_available()
    if wanted == "auto":
        return "cuda:0" if torch.cuda.is_available() else "mps" if has_mps else "cpu"
    kind, _, number = wanted.partition(":")
    count = {"cuda": torch.cuda.device_count(), "mps": int(has_mps), "cpu": 1}.get(kind, 0)
    if (number and not number.isdigit()) or int(number or 0) >= count:
        raise ModelUnreachable(
            f"model.extra_body.device is {wanted!r}, and torch {torch.__version__} sees no such device here; "
            "set another one, or leave it out to take the best there is"
        )
    return f"{kind}:{number or 0}" if kind == "cuda" else kind


def _dtype(torch: Any, device: str, checkpoint: Checkpoint, options: Options) -> Any:
    if options.dtype != "auto":
        return getattr(torch, options.dtype)
    if device == "cpu":
        free = _free_memory()
        # Twice what is stored, and as much again for the work.
        return torch.float32 if free is None or checkpoint.bytes * 3 < free else torch.bfloat16
    if device.startswith("cuda") and not torch.cuda.is_bf16_supported():
        return torch.float16
    return torch.bfloat16


def _check_memory(torch: Any, device: str, dtype: Any, checkpoint: Checkpoint, options: Options) -> None:
    width = 4 if dtype == torch.float32 else 2
    needed = checkpoint.bytes / 2 * width * _SHARE_OF_QUANTIZATION[options.quantization]
    free = torch.cuda.mem_get_info(device)[0] if device.startswith("cuda") else _free_memory()
    if free is not None and needed > free:
        raise out_of_memory(
            device, f"the weights take {needed / GIB:.1f} GiB and {free / GIB:.1f} GiB are free"
        )


def _free_memory() -> int | None:
    """Bytes of main memory that can be had; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), None)


def _quantization(torch: Any, options: Options) -> Any:
    if not options.quantization:
        return None
    from transformers import BitsAndBytesConfig

    untouched = ["model.visual", "lm_head"]
    if options.quantization == "int8":
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=untouched)
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
        llm_int8_skip_modules=untouched,
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
