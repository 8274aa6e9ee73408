"""`anthropic-cua`: Claude's computer use, by the messages API; sees screenshots, points and types."""

from __future__ import annotations

from dataclasses import replace

from engines.protocol import Engine, EngineOptions

DEFAULT_MODEL = "claude-sonnet-5-5"
"""`model.model_name` is the setting."""


def create(options: EngineOptions) -> Engine:
    """Make the engine.

    Which tool a model takes is known by its name; `model.extra_body={"tools": [{"type": "..."}]}` names
    another: `computer_toolset_20260801`, `browser_toolset_20260801` (elements by ref, besides pictures),
    `computer_20251124` or `computer_20250124`. All else in `extra_body` goes into every request.

    Raises:
        EngineUnavailable: There is no key, or the tool is none of these; the message says what to set.
    """
    from engines.cua.anthropic.dialect import dialect_of
    from engines.cua.anthropic.engine import AnthropicComputerUse
    from engines.cua.anthropic.messages_api import Messages
    from engines.errors import EngineUnavailable

    model = options.model
    if model is None or not (model.api_key or model.base_url):
        raise EngineUnavailable(
            "engine 'anthropic-cua' needs Anthropic's API: set ANTHROPIC_API_KEY or model.api_key "
            "(and model.base_url for a proxy that speaks the messages API)"
        )
    if model.provider != "anthropic":
        raise EngineUnavailable(
            "engine 'anthropic-cua' speaks Anthropic's protocol: "
            "set model.provider to 'anthropic' and its api_key"
        )
    named = replace(model, model_name=model.model_name or DEFAULT_MODEL)
    dialect = dialect_of(named.model_name, named.extra_body)
    return AnthropicComputerUse(Messages(named, dialect.betas), dialect)
