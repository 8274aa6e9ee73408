"""Verbs found by the names that models give them, and described to models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapidfuzz.distance import OSA

from engines.action_codec.actions import VERBS
from engines.action_codec.memory import MEMORY
from engines.action_codec.verbs.verb import Kind, Verb, fold, misspelt

_BY_NAME: dict[str, tuple[Verb, Mapping[str, Any]]] = {
    **{name: (verb, implied) for verb in VERBS for name, implied in verb.also.items()},
    **{fold(verb.name): (verb, {}) for verb in VERBS},
}


def verb_named(name: str) -> tuple[Verb, Mapping[str, Any]] | None:
    """The verb that a name means, and the arguments it implies; None where that is not certain.

    A name misspelt by one letter is taken only where it is near to a single verb's own name: `clik`
    is click, `chick` could be check.
    """
    folded = fold(name)
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    near = {verb.name: verb for verb in VERBS if misspelt(folded, fold(verb.name))}
    return (next(iter(near.values())), {}) if len(near) == 1 else None


def nearest_verbs(name: str) -> tuple[str, ...]:
    """The three verbs most like a name, for the sentence that says it is unknown."""
    folded = fold(name)
    return tuple(
        verb.name for verb in sorted(VERBS, key=lambda verb: OSA.distance(folded, fold(verb.name)))[:3]
    )


def verbs_for_prompt() -> str:
    """The verbs as the prompt lists them, one a line."""
    return "\n".join(verb.shown for verb in VERBS if verb.shown)


_JSON_TYPES: Mapping[Kind, Mapping[str, Any]] = {
    "ref": {"type": "string"},
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "region": {"type": "array", "items": {"type": "number"}},
}


def reply_schema(output: Mapping[str, Any] | None) -> dict[str, Any]:
    """The JSON Schema of a reply: one flat kind of object for all verbs, which small models keep to best.

    `output` is the schema of the wanted output; None leaves it open.
    """
    properties: dict[str, Any] = {"action": {"type": "string", "enum": [verb.name for verb in VERBS]}}
    for verb in VERBS:
        for argument in verb.arguments:
            if argument.in_json and argument.kind in _JSON_TYPES:
                properties.setdefault(argument.name, dict(_JSON_TYPES[argument.kind]))
    properties["output"] = {} if output is None or "$ref" in str(output) else dict(output)
    action = {"type": "object", "properties": properties, "required": ["action"]}
    return {
        "type": "object",
        "properties": {
            "thought": {"type": "string"},
            MEMORY: {"type": "string"},
            "actions": {"type": "array", "items": action, "minItems": 1},
        },
        "required": ["thought", "actions"],
    }
