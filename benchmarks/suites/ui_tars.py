"""UI-TARS in this process: what keeping the beginning of a run's prompts saves, and what is left to save.

Three ways to the same tokens, for a conversation with one to five screenshots: the library's own `generate`
over the whole prompt; ours with nothing kept; ours with the conversation as it was a step before kept. Then a
run of many steps, its history pruned as the engine prunes it. Beside them stands the floor: the time that the
arithmetic of a prompt takes at the speed of a large matrix product on this device, and the time that reading
all weights once takes at the speed of a large copy.

Each is measured twice, in turn, and the shorter time counts. The weights are random: what is computed is the
true thing, what is said means nothing.
"""

from __future__ import annotations

import asyncio
import io
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from benchmarks.measure import commit, machine, now
from browser.model.observation import Screenshot
from engines.cua.ui_tars.coordinates import Picture, Sizes, picture_of
from engines.cua.ui_tars.history import History
from engines.cua.ui_tars.local.checkpoint import Checkpoint, find_checkpoint
from engines.cua.ui_tars.local.loading import Loaded, colours_of, load
from engines.cua.ui_tars.local.model import LocalModel
from engines.cua.ui_tars.local.options import Options
from engines.cua.ui_tars.local.prefix import Prefix
from engines.cua.ui_tars.local.prompt import Prompt, prompt_of
from engines.cua.ui_tars.local.shelf import Shelf
from engines.cua.ui_tars.local.worker import Job, Worker, Written
from engines.models.chat import Message, Reply
from engines.protocol import ModelSettings
from testbed.random_tars import Family, Shape, build, config_of, processor, write_rest

TIMES = 2
"""How often each is measured."""
TASK = "Find the lamp that costs least, put it into the cart and tell its price. " * 4
REPLY = "Thought: The page shows what I expected, so I go on with the next part of it.\nAction: click"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A conversation with so many screenshots, answered in three ways."""

    pictures: int
    prompt_tokens: int
    reused_tokens: int
    """Of them, those that had been read a step before."""
    generate_first_s: float
    """Time to the first token by the library's `generate`."""
    generate_token_ms: float
    """Time for each further token."""
    fresh_first_s: float
    fresh_token_ms: float
    kept_first_s: float
    kept_token_ms: float
    same_tokens: bool
    """Whether all three gave the same reply."""

    @property
    def gain(self) -> float:
        """How many times shorter the first token takes than by a full recompute of ours."""
        return self.fresh_first_s / self.kept_first_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What the device could do at best."""

    matrix_tflops: float
    copy_gb_s: float
    first_s: float
    """Of a step with one new screenshot: the arithmetic of what is new."""
    token_ms: float
    """Reading all weights of the language part once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TarsRun:
    """A line of `results/ui_tars.jsonl`."""

    device: str
    dtype: str
    family: str
    reading: int
    """Parameters of the language part."""
    seeing: int
    picture: tuple[int, int]
    asked: Sequence[Mapping[str, Any]]
    """`Asked`, by number of screenshots."""
    steps_s: Sequence[float]
    """Seconds that each step of the long run took in the model."""
    steps_pictures: Sequence[int]
    floor: Mapping[str, float]
    versions: Mapping[str, str]
    load: float
    commit: str
    date: str
    machine: str

    @property
    def later_by_earlier(self) -> float | None:
        """Mean of steps 11 to 20 over that of steps 2 to 6; None where the run was shorter."""
        if len(self.steps_s) < 20:
            return None
        return statistics.mean(self.steps_s[10:20]) / statistics.mean(self.steps_s[1:6])


def measure(
    shape: Shape,
    family: Family,
    folder: Path,
    *,
    device: str,
    counts: Sequence[int] = (1, 2, 3, 4, 5),
    steps: int = 20,
    reply_tokens: int = 24,
    size: tuple[int, int] = (1288, 812),
) -> TarsRun:
    """Measure on this device; a GPU's weights are made there, a CPU's come from a checkpoint on disk.

    Args:
        folder: Where the checkpoint is, or is put.
        counts: How many screenshots the conversations have.
        steps: Length of the long run; 0: none.
    """
    loaded, checkpoint = (
        _on_disk(shape, family, folder) if device == "cpu" else made_on(device, shape, family, folder)
    )
    shots = [screenshot(number, *size) for number in range(max(*counts, steps))]
    asked = [_asked(loaded, shots[:count], reply_tokens) for count in counts]
    step_times, step_pictures = _long_run(loaded, checkpoint, shots[:steps], reply_tokens)
    reading, seeing = _parameters(loaded)
    return TarsRun(
        device=_device_name(loaded.device),
        dtype=str(loaded.network.dtype).removeprefix("torch."),
        family=family,
        reading=reading,
        seeing=seeing,
        picture=size,
        asked=[_as_mapping(each) for each in asked],
        steps_s=step_times,
        steps_pictures=step_pictures,
        floor=_as_mapping(floor_of(loaded, asked[-1], size)),
        versions={name: version(name) for name in ("torch", "transformers")},
        load=round(os.getloadavg()[0], 1),
        commit=commit(),
        date=now(),
        machine=machine(),
    )


def screenshot(number: int, width: int, height: int) -> Screenshot:
    """A picture with something on it, another one for each number."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for row in range(0, height, 40):
        shade = (row * 7 + number * 53) % 200
        draw.rectangle(
            (30 + number * 11, row, 300 + (row * 13 + number * 71) % 800, row + 20), fill=(shade,) * 3
        )
    data = io.BytesIO()
    image.save(data, "PNG")
    return Screenshot(data=data.getvalue(), width_px=width, height_px=height)


def made_on(device: str, shape: Shape, family: Family, folder: Path) -> tuple[Loaded, Checkpoint]:
    """A model whose random weights are made on the device, in bfloat16; only small files are written."""
    import json

    import torch
    from transformers import AutoConfig, AutoModelForImageTextToText, AutoTokenizer, GenerationConfig

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config_of(shape, family)), "utf-8")
    write_rest(folder, family)
    config = AutoConfig.from_pretrained(folder)
    with torch.device(device):
        network = AutoModelForImageTextToText.from_config(
            config, dtype=torch.bfloat16, attn_implementation="sdpa"
        )
    network.generation_config = GenerationConfig.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    said = f"random weights on {device}"
    loaded = Loaded(network.eval(), tokenizer, colours_of(folder), device, said)
    return loaded, Checkpoint(folder, "random", "resized", Sizes(), 0)


def floor_of(loaded: Loaded, last: Asked, size: tuple[int, int]) -> Floor:
    """The floor of a step of which all is kept but the newest screenshot and the words around it."""
    reading, seeing = _parameters(loaded)
    wide, high = size
    new_tokens = last.prompt_tokens - last.reused_tokens
    patches = (wide // 14) * (high // 14)
    text = loaded.network.config.get_text_config()
    attention = 4 * new_tokens * last.prompt_tokens * text.hidden_size * text.num_hidden_layers
    operations = 2 * reading * new_tokens + 2 * seeing * patches + attention
    rate, speed = _matrix_rate(loaded), _copy_speed(loaded)
    width = loaded.network.dtype.itemsize
    return Floor(
        matrix_tflops=round(rate / 1e12, 3),
        copy_gb_s=round(speed / 1e9, 1),
        first_s=operations / rate,
        token_ms=reading * width / speed * 1000,
    )


def _asked(loaded: Loaded, shots: Sequence[Screenshot], reply_tokens: int) -> Asked:
    """One conversation in three ways, each twice and in turn; the shorter times count."""
    prompt = prompt_of(_conversation(shots), loaded.tokenizer)
    before = prompt_of(_conversation(shots[:-1]), loaded.tokenizer) if len(shots) > 1 else None
    theirs: list[tuple[list[int], float, float]] = []
    fresh: list[Written] = []
    kept: list[Written] = []
    worker = Worker(loaded)
    try:
        prefix = Prefix()
        for turn in range(TIMES):
            theirs.append(_generated(loaded, prompt, reply_tokens))
            alone = Prefix()
            fresh.append(_written(worker, prompt, alone, reply_tokens))
            prefix = prefix if turn else alone
            if before is None:
                prefix.forget()
            else:
                prefix.fit(before)  # as it was a step before
            kept.append(_written(worker, prompt, prefix, reply_tokens))
    finally:
        worker.stop()
    same = {each.ids for each in (*fresh, *kept)}
    return Asked(
        pictures=len(shots),
        prompt_tokens=len(prompt.ids),
        reused_tokens=kept[0].reused,
        generate_first_s=min(first for _, first, _ in theirs),
        generate_token_ms=min(each for _, _, each in theirs),
        fresh_first_s=min(each.first_s for each in fresh),
        fresh_token_ms=min(map(_each_ms, fresh)),
        kept_first_s=min(each.first_s for each in kept),
        kept_token_ms=min(map(_each_ms, kept)),
        same_tokens=len(same) == 1 and fresh[0].ids == tuple(theirs[0][0][: len(fresh[0].ids)]),
    )


def _conversation(shots: Sequence[Screenshot]) -> list[Message]:
    talk = [Message(role="user", text=TASK)]
    for number, shot in enumerate(shots):
        talk.append(Message(role="user", text="", images=(shot,)))
        if number < len(shots) - 1:
            talk.append(Message(role="assistant", text=REPLY))
    return talk


def _written(worker: Worker, prompt: Prompt, prefix: Prefix, most: int) -> Written:
    job = Job(prompt, prefix, most)
    worker.submit(job)
    done: Future[Written] = job.done
    return done.result()


def _each_ms(written: Written) -> float:
    """Time for each token after the first, milliseconds."""
    further = len(written.ids) - (1 if written.cut else 0)
    return written.rest_s / max(1, further) * 1000


def _generated(loaded: Loaded, prompt: Prompt, most: int) -> tuple[list[int], float, float]:
    """By the library's own `generate`: the tokens, seconds to the first, milliseconds for each further."""
    import torch
    from transformers import StoppingCriteria

    times: list[float] = []

    class Clock(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **more: Any) -> Any:
            if loaded.device.startswith("cuda"):
                torch.cuda.synchronize()
            times.append(time.perf_counter())
            return torch.zeros(input_ids.shape[0], dtype=torch.bool, device=input_ids.device)

    begun = time.perf_counter()
    images = [Image.open(io.BytesIO(each.picture.data)) for each in prompt.pictures]
    patches = processor()(images=images, return_tensors="pt").to(loaded.device)
    ids = torch.tensor([prompt.ids], device=loaded.device)
    with torch.inference_mode():
        out = loaded.network.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            mm_token_type_ids=(ids == loaded.network.config.image_token_id).int(),
            do_sample=False,
            max_new_tokens=most,
            stopping_criteria=[Clock()],
            **patches,
        )
    each = (times[-1] - times[0]) / max(1, len(times) - 1) * 1000
    return out[0, ids.shape[1] :].tolist(), times[0] - begun, each


def _long_run(
    loaded: Loaded, checkpoint: Checkpoint, shots: Sequence[Screenshot], reply_tokens: int
) -> tuple[list[float], list[int]]:
    """Seconds of each step of one run in the model, and how many screenshots its prompt had."""
    shelf = Shelf(lambda which, options: Worker(loaded))
    settings = ModelSettings(model_name=checkpoint.name, max_tokens=reply_tokens, total_timeout_s=3600.0)
    model = LocalModel(checkpoint, Options(keep_s=0), settings, shelf, keeps_prefix=True)
    history = History(TASK)
    pictures = [picture_of(shot, Sizes()) for shot in shots]
    return asyncio.run(_stepped(model, history, pictures))


async def _stepped(
    model: LocalModel, history: History, pictures: Sequence[Picture]
) -> tuple[list[float], list[int]]:
    took: list[float] = []
    shown: list[int] = []
    for picture in pictures:
        history.show(picture, "")
        begun = time.perf_counter()
        reply: Reply = await model.ask(history.messages())
        took.append(round(time.perf_counter() - begun, 3))
        shown.append(len(history.pictures))
        history.heard(reply)
    await model.close()
    return took, shown


def _on_disk(shape: Shape, family: Family, folder: Path) -> tuple[Loaded, Checkpoint]:
    if not (folder / "model.safetensors").exists():
        build(folder, shape, family)
    checkpoint = find_checkpoint(str(folder))
    return load(checkpoint, Options(device="cpu", dtype="float32")), checkpoint


def _parameters(loaded: Loaded) -> tuple[int, int]:
    """Of the language part, with its last layer but not its table of words, and of the vision part."""
    language = sum(each.numel() for each in loaded.language.layers.parameters())
    return language + loaded.network.lm_head.weight.numel(), sum(
        each.numel() for each in loaded.network.model.visual.parameters()
    )


def _matrix_rate(loaded: Loaded) -> float:
    """Operations in a second of a large matrix product, as large as one of the prompt's."""
    import torch

    side = 8192 if loaded.device.startswith("cuda") else 2048
    left, right = (torch.randn(side, side, device=loaded.device, dtype=loaded.network.dtype) for _ in "ab")
    return 2 * side**3 / _best_s(loaded, lambda: left @ right)


def _copy_speed(loaded: Loaded) -> float:
    """Bytes in a second that are read, of those that a large copy reads and writes."""
    import torch

    count = (1 << 31) if loaded.device.startswith("cuda") else (1 << 28)
    data = torch.empty(count, dtype=torch.uint8, device=loaded.device)
    other = torch.empty_like(data)
    return 2 * count / _best_s(loaded, lambda: other.copy_(data))


def _best_s(loaded: Loaded, work: Any) -> float:
    """The shortest of several times, seconds."""
    import torch

    found = []
    for _ in range(5):
        if loaded.device.startswith("cuda"):
            torch.cuda.synchronize()
        begun = time.perf_counter()
        work()
        if loaded.device.startswith("cuda"):
            torch.cuda.synchronize()
        found.append(time.perf_counter() - begun)
    return min(found)


def _device_name(device: str) -> str:
    if not device.startswith("cuda"):
        return device
    import torch

    return f"{device} ({torch.cuda.get_device_name(device)})"


def _as_mapping(value: Asked | Floor) -> dict[str, Any]:
    names = value.__dataclass_fields__
    return {name: _rounded(getattr(value, name)) for name in names}


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
