"""Settings in, a model to ask out."""

from __future__ import annotations

from engines.errors import EngineUnavailable
from engines.models.chat import ToolModel
from engines.models.dialect import PROCESS, Memory
from engines.models.ladder import LadderedModel
from engines.models.patience import Patience
from engines.models.provider import Provider
from engines.protocol import ModelSettings


def open_model(
    settings: ModelSettings | None, *, memory: Memory = PROCESS, patience: Patience | None = None
) -> ToolModel:
    """Make a model ready to be asked; nothing is sent before the first question.

    Raises:
        EngineUnavailable: No model is configured, the provider's own address is to be used without
            a key, or a setting cannot be used; the message says what to set.
    """
    if settings is None or not (settings.model_name or settings.base_url):
        raise EngineUnavailable(
            "no model is configured: set model.model_name (and model.api_key), or model.base_url for a "
            "server of your own that speaks the OpenAI protocol"
        )
    if not settings.base_url and not settings.api_key:
        raise EngineUnavailable(
            f"no API key for {settings.provider}: set model.api_key, "
            "or model.base_url for a server of your own"
        )
    return LadderedModel(_provider(settings), memory=memory, patience=patience)


def _provider(settings: ModelSettings) -> Provider:
    # The HTTP client takes a while to import; who has no model does not wait for it.
    if settings.provider == "anthropic":
        from engines.models.protocols.anthropic_api import AnthropicProvider

        return AnthropicProvider(settings)
    from engines.models.protocols.openai_api import OpenAIProvider

    return OpenAIProvider(settings)
