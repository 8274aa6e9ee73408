"""How a checkpoint is run: what `model.extra_body` may say where there is no server to send it to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import Any, Literal

from engines.errors import EngineUnavailable

DTYPES = ("auto", "bfloat16", "float16", "float32")
QUANTIZATIONS = ("", "int8", "nf4")


@dataclass(frozen=True, slots=True)
class Options:
    """Where and in which numbers a model is computed."""

    device: str = "auto"
    """As torch names it: `cuda`, `cuda:1`, `mps`, `cpu`; `auto`: the first of these that there is."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """`auto`: bfloat16, as the weights are; on a CPU float32 where there is memory for it."""
    quantization: Literal["", "int8", "nf4"] = ""
    """Makes the language part 2 or 4 times smaller, by bitsandbytes; the vision part stays as it is."""
    keep_s: float = 300.0
    """How long the model stays loaded after the last run that used it has ended, seconds."""


def options_of(extra_body: Mapping[str, Any]) -> Options:
    """The options in `model.extra_body`.

    Raises:
        EngineUnavailable: It holds something else, or something that cannot be; the message names it.
    """
    known = [field.name for field in fields(Options)]
    for name in extra_body:
        if name not in known:
            raise _wrong(name, f"is none of {', '.join(known)}, which are what a model in this process takes")
    options = Options(**extra_body)
    if options.dtype not in DTYPES:
        raise _wrong("dtype", f"must be one of {', '.join(DTYPES)}, not {options.dtype!r}")
    if options.quantization not in QUANTIZATIONS:
        raise _wrong("quantization", f"must be int8 or nf4, not {options.quantization!r}")
    if options.quantization and find_spec("bitsandbytes") is None:
        raise _wrong("quantization", "needs bitsandbytes: pip install bitsandbytes")
    if isinstance(options.keep_s, bool) or not isinstance(options.keep_s, int | float) or options.keep_s < 0:
        raise _wrong("keep_s", f"must be a number of seconds, not {options.keep_s!r}")
    if not isinstance(options.device, str):
        raise _wrong("device", f"must be a name such as cuda:0 or cpu, not {options.device!r}")
    return options


def _wrong(name: str, why: str) -> EngineUnavailable:
    return EngineUnavailable(f"model.extra_body.{name} {why}")
