"""What a server of one's own says of a model beside the protocol.

A list of models names what a model could take; what the server gives it is often less, and several
servers cut without a word what does not fit. Each of them has an address of its own that tells.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

Get = Callable[[str], Awaitable[Any]]
"""Fetches an address and gives its JSON; None where there is none."""
Reader = Callable[[Mapping[str, Any], str], Iterator[object]]
"""Finds what such an answer says of a model."""

LONGER_CONTEXT = (
    "give it a longer one (vLLM: --max-model-len, SGLang: --context-length, llama.cpp: -c, "
    "Ollama: OLLAMA_CONTEXT_LENGTH, LM Studio: the setting of the loaded model) or set model.context_tokens"
)
"""What is to be done about a context that is too short."""


async def context_length(base_url: str, model: str, get: Get) -> int | None:
    """How many tokens the server gives the model now; None where it does not say.

    llama.cpp: `/props`. Ollama: `/api/ps`, once the model is loaded. LM Studio: `/api/v0/models`.
    SGLang: `/get_server_info`. vLLM says it in its list of models.
    """
    async for found in _told(base_url, model, get, _READERS):
        if isinstance(found, int) and not isinstance(found, bool) and found > 0:
            return found
    return None


async def takes_pictures(base_url: str, model: str, get: Get) -> bool | None:
    """Whether the server gives pictures to the model; None where it does not say.

    llama.cpp: `/props`. LM Studio: `/api/v0/models`, once the model is loaded.
    """
    async for found in _told(base_url, model, get, _OF_PICTURES):
        if isinstance(found, bool):
            return found
    return None


async def _told(base_url: str, model: str, get: Get, readers: Mapping[str, Reader]) -> AsyncIterator[object]:
    root = root_of(base_url)
    for path, read in readers.items():
        answer = await get(root + path)
        yield next(read(answer, model), None) if isinstance(answer, Mapping) else None


def root_of(base_url: str) -> str:
    """The server's address without the protocol's `/v1` behind it."""
    parts = urlsplit(base_url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/").removesuffix("/v1"), "", ""))


def _llama_cpp(answer: Mapping[str, Any], model: str) -> Iterator[object]:
    settings = answer.get("default_generation_settings")
    if isinstance(settings, Mapping):
        yield settings.get("n_ctx")


def _ollama(answer: Mapping[str, Any], model: str) -> Iterator[object]:
    wanted = {model, f"{model}:latest"}
    for loaded in _listed(answer.get("models")):
        if loaded.get("name") in wanted or loaded.get("model") in wanted:
            yield loaded.get("context_length")


def _lm_studio(answer: Mapping[str, Any], model: str) -> Iterator[object]:
    for loaded in _listed(answer.get("data")):
        if loaded.get("id") == model:
            yield loaded.get("loaded_context_length")


def _sglang(answer: Mapping[str, Any], model: str) -> Iterator[object]:
    for name in ("context_length", "max_req_input_len"):
        if answer.get(name):
            yield answer[name]


def _llama_cpp_sees(answer: Mapping[str, Any], model: str) -> Iterator[object]:
    modalities = answer.get("modalities")
    if isinstance(modalities, Mapping):
        yield modalities.get("vision")


def _lm_studio_sees(answer: Mapping[str, Any], model: str) -> Iterator[object]:
    for loaded in _listed(answer.get("data")):
        if loaded.get("id") == model and loaded.get("state") == "loaded" and "type" in loaded:
            yield loaded["type"] == "vlm"


_READERS: Mapping[str, Reader] = {
    "/props": _llama_cpp,
    "/api/ps": _ollama,
    "/api/v0/models": _lm_studio,
    "/get_server_info": _sglang,
}
_OF_PICTURES: Mapping[str, Reader] = {"/props": _llama_cpp_sees, "/api/v0/models": _lm_studio_sees}


def _listed(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()
