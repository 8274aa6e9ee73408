"""One argument of a call -> a value of the right kind, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from browser.model import keys
from browser.model.observation import Box, Observation, Screenshot
from browser.model.origins import parse
from engines.action_codec.misread import Misread
from engines.action_codec.syntax import strict
from engines.action_codec.vocabulary import Argument, Verb, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the model was shown, which is all that it may speak of."""

    refs: frozenset[str] = frozenset()
    tabs: frozenset[str] = frozenset()
    url: str = ""
    picture: Screenshot | None = None
    """The picture that coordinates are meant on; None: there is none."""
    error_codes: frozenset[str] = frozenset()
    output_types: frozenset[str] = frozenset()
    """The JSON types that the output may have; empty: any."""

    @classmethod
    def on(cls, observation: Observation, *, more_refs: frozenset[str] = frozenset()) -> Shown:
        """What an observation shows, and refs of elements that were shown beside it."""
        refs = frozenset(element.ref for element in observation.elements) | more_refs
        return cls(
            refs=refs,
            tabs=frozenset(tab.id for tab in observation.tabs),
            url=observation.url,
            picture=observation.screenshots[0] if observation.screenshots else None,
        )


_CONDITIONS = frozenset(
    {
        "if", "condition", "when", "unless", "onlyif", "skip", "skipped", "dryrun", "execute", "executed",
        "enabled", "disabled", "not", "negated", "donot", "dontexecute", "simulate", "example",
    }
)  # fmt: skip
"""Keys that could turn an action into its opposite; they are never dropped silently."""


def understood(
    verb: Verb, written: Mapping[str, Any], implied: Mapping[str, Any], shown: Shown
) -> tuple[dict[str, Any], list[str]]:
    """The arguments of a call by their own names, and notes on what was ignored.

    Raises:
        Misread: One is missing or makes no sense.
    """
    found: dict[str, Any] = dict(implied)
    notes: list[str] = []
    for key, value in _by_exactness(verb, _pairs(written)):
        argument = verb.argument(key) if key else verb.argument(verb.main or "-")
        if value is None:
            continue
        if (
            argument is None
            and isinstance(value, str)
            and value in shown.refs
            and verb.argument("ref") is not None
        ):
            argument = verb.argument("ref")
        if argument is None:
            _refuse_condition(key)
            _refuse_lost_target(verb, key, value, found)
            notes.append(f"{verb.name} has no argument {key!r}; it was ignored")
            continue
        read = _read(argument, value, shown)
        if argument.kind == "ref" and str(read).endswith(NOTE) and verb.name != "look":
            raise Misread(f"{read} is a note of what is not listed; look at it first")
        if argument.name not in found:
            found[argument.name] = read
        elif argument.kind == "ref" and found[argument.name] != read:
            raise Misread(
                f'{verb.name} names two elements, {found[argument.name]} and {read}; give one "ref"'
            )
    for argument in verb.arguments:
        if argument.required and argument.name not in found:
            raise Misread(f'{verb.name} needs "{argument.name}"')
    return found, notes


def _pairs(written: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The arguments, with a point given as one value taken apart."""
    pairs: list[tuple[str, Any]] = []
    for key, value in written.items():
        folded = fold(str(key))
        if folded in ("coordinate", "coordinates", "point", "xy", "position"):
            if isinstance(value, dict) and {"x", "y"} <= set(value):
                value = [value["x"], value["y"]]
            if isinstance(value, list | tuple) and len(value) == 2:
                pairs += [("x", value[0]), ("y", value[1])]
                continue
        pairs.append((str(key), value))
    return pairs


def _by_exactness(verb: Verb, pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Keys that are an argument's own name first: another name for it does not overrule them."""
    own = {fold(argument.name) for argument in verb.arguments}
    return sorted(pairs, key=lambda pair: fold(pair[0]) not in own)


def _refuse_condition(key: str) -> None:
    if fold(key) in _CONDITIONS:
        raise Misread(
            f"{key!r} cannot be said of an action: all that is listed is done, so leave out what is not meant"
        )


def _refuse_lost_target(verb: Verb, key: str, value: Any, found: Mapping[str, Any]) -> None:
    """Raise where an ignored argument may have named the element, and another one would be used."""
    if verb.name in ("type", "press", "scroll") and isinstance(value, str) and "ref" not in found:
        raise Misread(f'{verb.name} has no argument {key!r}; name the element with "ref"')


def _read(argument: Argument, value: Any, shown: Shown) -> Any:
    match argument.kind:
        case "ref":
            return _ref(value, shown)
        case "text":
            return _text(argument.name, value)
        case "texts":
            return _texts(argument.name, value)
        case "number":
            return _number(argument.name, value)
        case "integer":
            return _integer(argument.name, value)
        case "flag":
            return _flag(argument.name, value)
        case "keys":
            return _keys(value)
        case "url":
            return _url(value, shown.url)
        case "choice":
            return _choice(argument, value)
        case "region":
            return _region(value, shown.picture)
        case "json":
            return value


NOTE = "+"
"""Ends the ref of a note, which stands for what is not listed and can only be looked at."""
_REF = re.compile(r"f\d+e\d+", re.IGNORECASE)


def _ref(value: Any, shown: Shown) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Misread(f'"ref" must be an element of the page such as {_some(shown)}, not {value!r}')
    text = str(value).strip()
    for said in (text, text + NOTE):
        if said in shown.refs:
            return said
    named: set[str] = set(_REF.findall(text.lower()))
    if len(named) == 1 and (ref := named.pop()) in shown.refs:
        return ref
    # A lone number is an element's own only where a single one has it.
    number = re.fullmatch(r"[\[(#@<]*(?:e|element|ref)?[ =_-]*(\d+)[\])>]*", text, re.IGNORECASE)
    if number:
        ending = [ref for ref in shown.refs if ref.endswith(f"e{number.group(1)}")]
        if len(ending) == 1:
            return ending[0]
    if not shown.refs:
        raise Misread(f"element {text!r} was not shown; no elements are shown on this page")
    raise Misread(f"element {text!r} was not shown; use a ref from the page, such as {_some(shown)}")


def _some(shown: Shown) -> str:
    def number(ref: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", ref)]

    return ", ".join(sorted(shown.refs, key=number)[:3]) or '"f0e1"'


def _text(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list) and len(value) == 1:
        return _text(name, value[0])
    raise Misread(f'"{name}" must be a text')


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and isinstance(strict(value), list):
        value = strict(value)
    if isinstance(value, list | tuple):
        return tuple(_text(name, each) for each in value)
    return (_text(name, value),)


def _number(name: str, value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = re.fullmatch(
        r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:px|pixels?|s|secs?|seconds?)?\s*", str(value), re.IGNORECASE
    )
    if not found or isinstance(value, bool):
        raise Misread(f'"{name}" must be a number, not {value!r}')
    return float(found.group(1))


def _integer(name: str, value: Any) -> int:
    number = _number(name, value)
    if number != int(number):
        raise Misread(f'"{name}" must be a whole number, not {value!r}')
    return int(number)


_YES = frozenset({"true", "yes", "1", "on", "checked", "y"})
_NO = frozenset({"false", "no", "0", "off", "unchecked", "n"})


def _flag(name: str, value: Any) -> bool:
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Misread(f'"{name}" must be true or false, not {value!r}')


def _choice(argument: Argument, value: Any) -> str:
    word = str(value).strip().lower()
    if word in argument.choices:
        return word
    raise Misread(f'"{argument.name}" must be one of {", ".join(argument.choices)}, not {value!r}')


def _keys(value: Any) -> str:
    if isinstance(value, list) and value:
        value = "+".join(str(each) for each in value)
    if not isinstance(value, str) or not value.strip():
        raise Misread('"keys" must be a key or chord such as "Enter" or "Control+A"')
    try:
        return "+".join(keys.chord(value))
    except keys.UnknownKey as error:
        raise Misread(str(error)) from error


def modifiers(words: tuple[str, ...]) -> tuple[keys.Modifier, ...]:
    """Modifier keys by their usual names."""
    try:
        return keys.modifiers(words)
    except keys.UnknownKey as error:
        raise Misread(f'"modifiers" may hold Control, Shift, Alt and Meta: {error}') from error


def _url(value: Any, here: str) -> str:
    text = _text("url", value).strip().strip("<>")
    if not text or re.search(r"\s", text):
        raise Misread(f'"url" must be an address such as https://example.com, not {text!r}')
    if re.match(r"https?://", text, re.IGNORECASE) or text.lower().startswith(("file:", "about:blank")):
        return text
    if text.startswith(("/", "?", "./", "../", "#")) and here:
        try:
            return urljoin(here, text)
        except ValueError as error:
            raise Misread(f'"url" must be an http or https address, not {text!r}') from error
    host = re.split(r"[/?#]", text, maxsplit=1)[0]
    if re.fullmatch(r"(localhost|\d+(\.\d+){3})(:\d+)?", host):
        return f"http://{text}"
    if re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", host) and parse(f"https://{text}"):
        return f"https://{text}"
    raise Misread(f'"url" must be an http or https address, not {text!r}')


def _region(value: Any, picture: Screenshot | None) -> Box:
    if isinstance(value, dict):
        value = [value.get(side) for side in ("x", "y", "width", "height")]
    if not isinstance(value, list) or len(value) != 4:
        raise Misread('"region" must be [x, y, width, height]')
    x, y, width, height = (_number("region", each) for each in value)
    scale = picture.scale if picture is not None else 1.0
    return Box(x / scale, y / scale, width / scale, height / scale)
