"""`openai-cua`: OpenAI's computer use, by the Responses API; sees screenshots, points and types."""

from __future__ import annotations

from dataclasses import replace

from engines.protocol import Engine, EngineOptions

DEFAULT_MODEL = "gpt-5.5"
"""A model that OpenAI's guide to computer use names (November 2026); `model.model_name` is the setting."""


def create(options: EngineOptions) -> Engine:
    """Make the engine.

    `model.extra_body` goes into every request; two of its keys are also heeded here: `store: false` keeps
    nothing at the provider and sends the whole conversation each time, and `tools` replaces the computer
    tool, e.g. by the preview's `{"type": "computer_use_preview", ...}`.

    Raises:
        EngineUnavailable: There is no key; the message says what to set.
    """
    from engines.cua.openai.engine import OpenAIComputerUse
    from engines.cua.openai.responses_api import Responses
    from engines.errors import EngineUnavailable

    model = options.model
    if model is None or not (model.api_key or model.base_url):
        raise EngineUnavailable(
            "engine 'openai-cua' needs OpenAI's API: set OPENAI_API_KEY or model.api_key "
            "(and model.base_url for a server of your own that speaks the Responses API)"
        )
    if model.provider != "openai":
        raise EngineUnavailable(
            "engine 'openai-cua' speaks OpenAI's protocol: set model.provider to 'openai' and its api_key"
        )
    return OpenAIComputerUse(Responses(replace(model, model_name=model.model_name or DEFAULT_MODEL)))
