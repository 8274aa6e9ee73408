"""Finding a checkpoint and looking at its files, without torch: what is wrong shows at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engines.cua.ui_tars.coordinates import FACTOR, Kind, Sizes
from engines.errors import EngineUnavailable

KINDS: dict[str, Kind] = {"qwen2_vl": "norm1000", "qwen2_5_vl": "resized"}
"""`model_type` of a checkpoint -> what its coordinates mean: UI-TARS 1.0 and 1.5."""
NEEDED = ("torch", "transformers", "accelerate")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model on disk."""

    folder: Path
    name: str
    """As the user calls it."""
    kind: Kind
    sizes: Sizes
    bytes: int
    """Of its weights, as they are stored: 2 for a parameter in all published ones."""


def find_checkpoint(name: str) -> Checkpoint:
    """The checkpoint in this folder, or the downloaded one of this name.

    Raises:
        EngineUnavailable: There is none, or it cannot be run here; the message says what to do.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        folder = _downloaded(name)
    config = _json(folder / "config.json", name)
    kind = KINDS.get(str(config.get("model_type")))
    if kind is None:
        raise _unusable(
            name,
            f"is a model of type {config.get('model_type')!r}; in this process ui-tars runs Qwen2-VL "
            "(UI-TARS 1.0) and Qwen2.5-VL (UI-TARS 1.5) checkpoints. Serve another and set model.base_url",
        )
    weights = _weights(folder, name)
    if not any((folder / each).is_file() for each in ("tokenizer.json", "vocab.json")):
        raise _unusable(name, "holds no tokenizer (tokenizer.json or vocab.json): fetch the whole repository")
    for module in NEEDED:
        if find_spec(module) is None:
            raise EngineUnavailable(
                f"engine 'ui-tars' in this process needs {module}: pip install '.[ui-tars]' in "
                "agent-core's checkout; or set model.base_url to a server that runs the model"
            )
    return Checkpoint(folder, name, kind, _sizes(folder), sum(file.stat().st_size for file in weights))


def _downloaded(name: str) -> Path:
    """The folder in which Hugging Face's tools keep a checkpoint that was downloaded before.

    Nothing is downloaded here: gigabytes are nothing to fetch by surprise.
    """
    if name.lower().endswith(".gguf"):
        raise _unusable(name, "is a GGUF file: serve it by llama.cpp with --mmproj and set model.base_url")
    if name.count("/") == 1 and find_spec("huggingface_hub") is not None:
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(name, "config.json")
        if isinstance(found, str):
            return Path(found).parent
    raise _unusable(
        name,
        "is no folder, and no checkpoint of that name has been downloaded: fetch it by `hf download "
        f"{name}`, or set model.base_url to a server that runs it",
    )


def _weights(folder: Path, name: str) -> list[Path]:
    """The files of the weights, all there.

    Raises:
        EngineUnavailable: There are none, or some are missing.
    """
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        wanted = sorted({str(file) for file in _json(index, name).get("weight_map", {}).values()})
        missing = [file for file in wanted if not (folder / file).is_file()]
        if missing:
            raise _unusable(name, f"lacks {', '.join(missing)}: the download is not complete")
        return [folder / file for file in wanted]
    files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not files:
        raise _unusable(name, "holds no weights (*.safetensors): fetch the whole repository")
    return files


def _sizes(folder: Path) -> Sizes:
    """How many pixels its processor leaves a picture, within what is sensible for a turn."""
    file = folder / "preprocessor_config.json"
    if not file.is_file():
        return Sizes()
    given = _json(file, str(folder))
    size = given.get("size")
    size = size if isinstance(size, dict) else {}
    most = given.get("max_pixels") or size.get("longest_edge") or Sizes().most
    least = given.get("min_pixels") or size.get("shortest_edge") or Sizes().least
    most = max(int(most), FACTOR * FACTOR)
    return Sizes(least=min(max(int(least), Sizes().least), most), most=min(most, Sizes().most))


def _json(file: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise _unusable(name, f"holds no {file.name}: name the folder a checkpoint was saved to") from None
    except (OSError, ValueError) as error:
        raise _unusable(name, f"has a {file.name} that cannot be read ({error}): fetch it again") from error
    if not isinstance(found, dict):
        raise _unusable(name, f"has a {file.name} that is no JSON object: fetch it again")
    return found


def _unusable(name: str, why: str) -> EngineUnavailable:
    return EngineUnavailable(f"model.model_name: {name!r} {why}")
