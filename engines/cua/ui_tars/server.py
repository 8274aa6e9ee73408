"""The model behind a server that speaks chat completions: vLLM, SGLang, llama.cpp, Ollama, or a provider's.

A reply is plain text: these models know their own grammar and no other. Only the result's JSON is asked
for by its schema, which many servers can hold a model to.
"""

from __future__ import annotations

from dataclasses import replace

from engines.cua.ui_tars.coordinates import kind_of_name
from engines.cua.ui_tars.engine import UiTars
from engines.models.dialect import PROCESS, Memory
from engines.models.model import open_model
from engines.models.patience import Patience
from engines.protocol import Engine, ModelSettings

REPLY_TOKENS = 1024
"""A thought and a few calls take less than 200; without a limit a loop goes on until the time is up."""


def over_server(
    settings: ModelSettings, *, memory: Memory = PROCESS, patience: Patience | None = None, nonce: str = ""
) -> Engine:
    """The engine over the server that the settings name."""
    turns = replace(
        settings,
        max_tokens=settings.max_tokens or REPLY_TOKENS,
        temperature=0.0 if settings.temperature is None else settings.temperature,
    )
    kind = kind_of_name(settings.model_name) if settings.coordinates == "auto" else settings.coordinates
    return UiTars(
        open_model(turns, memory=memory, patience=patience),
        open_model(settings, memory=memory, patience=patience),
        kind=kind,
        nonce=nonce,
    )
