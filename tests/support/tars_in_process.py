"""UI-TARS in this process, its words put into its mouth: everything is computed but the choice of tokens."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from browser.model.observation import Screenshot
from engines.cua.ui_tars.engine import UiTars
from engines.cua.ui_tars.local import in_process
from engines.cua.ui_tars.local.checkpoint import Checkpoint
from engines.cua.ui_tars.local.loading import Loaded, load
from engines.cua.ui_tars.local.options import Options
from engines.cua.ui_tars.local.shelf import Shelf
from engines.cua.ui_tars.local.worker import Job, Worker
from engines.protocol import ModelSettings
from testbed.random_tars import TINY, Family, build

Script = Callable[[str, Screenshot | None], str]
"""The model: what it says to a prompt, whose last picture is this one."""
ON_CPU = {"device": "cpu", "dtype": "float32", "keep_s": 0}


def tiny(folder: Path, family: Family) -> Path:
    """A checkpoint of 200,000 random weights."""
    target = folder / f"tiny-{family}"
    return target if target.exists() else build(target, TINY, family)


def settings(folder: Path, **more: Any) -> ModelSettings:
    """Settings that name it."""
    return ModelSettings(**{"model_name": str(folder), "extra_body": ON_CPU, **more})


def playing(folder: Path, script: Script, **more: Any) -> UiTars:
    """The engine over this checkpoint, saying what the script says."""
    engine = in_process(settings(folder, **more), shelf=shelf_playing(script), nonce="n0")
    assert isinstance(engine, UiTars)
    return engine


def shelf_playing(script: Script) -> Shelf:
    """A shelf whose models say what the script says. One reply at a time."""

    def load_player(checkpoint: Checkpoint, options: Options) -> Worker:
        return _Player(load(checkpoint, options), script)

    return Shelf(load_player)


def shelf_of_endless() -> Shelf:
    """A shelf whose models draw their tokens but for those that end a reply, which come to an end by being told."""

    def load_endless(checkpoint: Checkpoint, options: Options) -> Worker:
        loaded = load(checkpoint, options)
        marks = [loaded.tokenizer.convert_tokens_to_ids(mark) for mark in ("<|im_end|>", "<|endoftext|>")]
        loaded.network.lm_head = _endless(loaded.network.lm_head, marks)
        return Worker(loaded)

    return Shelf(load_endless)


def _endless(head: Any, marks: list[int]) -> Any:
    """The last layer of the network, without the tokens that end a reply."""
    import torch

    class Head(torch.nn.Module):
        def forward(self, hidden: Any) -> Any:
            scores = head(hidden)
            scores[..., marks] = -torch.inf
            return scores

    return Head()


class _Player(Worker):
    def __init__(self, loaded: Loaded, script: Script) -> None:
        self._script = script
        self._saying: deque[int] = deque()
        loaded.network.lm_head = _head(self._saying, loaded.network.config.get_text_config().vocab_size)
        super().__init__(loaded)

    def submit(self, job: Job) -> None:
        shown = job.prompt.pictures[-1].picture if job.prompt.pictures else None
        reply = self._script(self.tokenizer.decode(job.prompt.ids), shown)
        self._saying.clear()
        self._saying.extend(self.tokenizer(f"{reply}<|im_end|>", add_special_tokens=False)["input_ids"])
        super().submit(job)


def _head(saying: deque[int], vocabulary: int) -> Any:
    """The last layer of the network: gives all weight to the token that is to be said next."""
    import torch

    class Head(torch.nn.Module):
        def forward(self, hidden: Any) -> Any:
            scores = torch.zeros((*hidden.shape[:-1], vocabulary))
            scores[..., saying.popleft()] = 1.0
            return scores

    return Head()


def is_white(picture: Screenshot | None) -> bool:
    """Whether the top left of a picture is white."""
    if picture is None:
        return False
    import io

    with Image.open(io.BytesIO(picture.data)) as image:
        return image.convert("L").getpixel((0, 0)) == 255


def in_turn(replies: Iterable[str]) -> Script:
    """A model that says these, whatever it is asked."""
    left = iter(replies)
    return lambda prompt, picture: next(left)
