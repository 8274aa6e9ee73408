"""UI-TARS in this process, by transformers and torch, which are imported when a model is first asked.

`checkpoint` finds one and looks at its files; `loading` loads it; `shelf` keeps it for all runs; `worker`
computes, for several runs at a time; `prefix` remembers what a run's prompts begin with; `model` is the
face towards the engine.
"""

from __future__ import annotations

from engines.cua.ui_tars.engine import UiTars
from engines.cua.ui_tars.local.checkpoint import find_checkpoint
from engines.cua.ui_tars.local.model import LocalModel
from engines.cua.ui_tars.local.options import options_of
from engines.cua.ui_tars.local.shelf import PROCESS, Shelf
from engines.protocol import Engine, ModelSettings


def in_process(settings: ModelSettings, *, shelf: Shelf = PROCESS, nonce: str = "") -> Engine:
    """The engine over the checkpoint that the settings name; nothing is loaded before the first turn.

    Raises:
        EngineUnavailable: It cannot be used; the message says why and what to do.
    """
    options = options_of(settings.extra_body)
    checkpoint = find_checkpoint(settings.model_name)
    kind = checkpoint.kind if settings.coordinates == "auto" else settings.coordinates
    return UiTars(
        LocalModel(checkpoint, options, settings, shelf, keeps_prefix=True),
        LocalModel(checkpoint, options, settings, shelf, keeps_prefix=False),
        kind=kind,
        sizes=checkpoint.sizes,
        nonce=nonce,
    )
