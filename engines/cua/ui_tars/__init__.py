"""`ui-tars`: the open UI-TARS models, by screenshots and pointer; over a server, or in this process."""

from __future__ import annotations

from engines.protocol import Engine, EngineOptions

NEEDS = (
    "engine 'ui-tars' needs a model: set model.base_url to a server that runs one, e.g. "
    "`vllm serve ByteDance-Seed/UI-TARS-1.5-7B --limit-mm-per-prompt '{\"image\": 5}'` and "
    "base_url http://127.0.0.1:8000/v1; or set model.model_name to the folder of a checkpoint, to run it in "
    "this process (pip install '.[ui-tars]' in agent-core's checkout)"
)


def create(options: EngineOptions) -> Engine:
    """Make the engine: over the server at `model.base_url`, else from the checkpoint `model.model_name`.

    `model.coordinates` says what the model's places mean, where `auto` cannot tell.

    Raises:
        EngineUnavailable: There is neither, or the checkpoint cannot be used; the message says what to do.
    """
    from engines.errors import EngineUnavailable

    model = options.model
    if model is None or not (model.base_url or model.model_name):
        raise EngineUnavailable(NEEDS)
    if model.provider != "openai":
        raise EngineUnavailable(
            "engine 'ui-tars' speaks the OpenAI protocol to its server: set model.provider to 'openai'"
        )
    if model.base_url:
        from engines.cua.ui_tars.server import over_server

        return over_server(model)
    from engines.cua.ui_tars.local import in_process

    return in_process(model)
