"""What a JSON Schema asks for, freed of references, unions and spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from engines.extraction.page.words import split_words, telling_words, word_set
from engines.output_spec import JSON, Schema, referred_to

Aspect = Literal["text", "link", "image"]

_LINK_WORDS = word_set("url uri link href permalink website homepage")
_IMAGE_WORDS = word_set("image img photo picture thumbnail thumb avatar logo icon src")
_DATE_HINT = re.compile(r"\biso[ -]?8601\b|yyyy-mm-dd", re.IGNORECASE)
_ISO_EXAMPLE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_STOP = word_set(
    "please extract get find every all any exactly shown visible page listed given full main string "
    "integer float boolean list array object null if available optional eg example like per which not "
    "be"
)
_ROOM = 2000
"""How much may lie in the whole. Each level has four fifths of the room of the one above it, which all that
nests in it share: some 25 levels of one list in another, fewer where definitions refer to each other."""
_NESTING = frozenset(("$ref", "properties", "items", "allOf", "anyOf", "oneOf"))
_LONGEST_CHAIN = 12
"""Steps from one part over those that it refers to, or is put together from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One value, object or list that a schema asks for."""

    name: str = ""
    """The property's name; "" for the whole output and for the items of a list."""
    kinds: tuple[str, ...] = ("string",)
    """JSON types it may have, the preferred one first, `null` left out."""
    words: tuple[str, ...] = ()
    """What the name says, in plain words."""
    told: tuple[str, ...] = ()
    """What title and description say."""
    aspect: Aspect = "text"
    format: str = ""
    enum: tuple[JSON, ...] | None = None
    pattern: str = ""
    nullable: bool = False
    required: bool = False
    properties: tuple[Wanted, ...] = ()
    item: Wanted | None = None
    least: int = 0
    most: int | None = None

    @property
    def is_object(self) -> bool:
        """Whether it has properties."""
        return self.kinds[0] == "object"

    @property
    def is_list(self) -> bool:
        """Whether it has items."""
        return self.kinds[0] == "array"

    @property
    def is_number(self) -> bool:
        """Whether it can only be a number."""
        return self.kinds[0] in ("number", "integer")


def read_schema(schema: Schema) -> Wanted:
    """The schema as one tree; keywords that only check (`minLength`) are left to the validator.

    What a definition says of itself again (the parent of a page, the replies to a reply) is left out where it
    need not be given: nothing tells which part of a page it would be, so the same values would be read again.
    """
    return _read(schema, schema, "", (), False, _ROOM, frozenset({"#"}))


def _read(
    root: Schema,
    part: Any,
    name: str,
    outer: tuple[str, ...],
    required: bool,
    room: int,
    above: frozenset[str],
) -> Wanted:
    """One part. `above`: the references that lead to it."""
    if not isinstance(part, Mapping) or not room:
        part = {}
    above |= _references(part)
    part, nullable = _settled(root, part, 0)
    kinds = _kinds(part)
    words = _own_words(name, outer)
    shape = Wanted(
        name=name, kinds=kinds, words=words, told=_told_words(part), nullable=nullable, required=required
    )
    if kinds[0] == "object":
        needed = part.get("required", ())
        inside = {
            key: child
            for key, child in _mapping(part.get("properties")).items()
            if key in needed or not _references(child) & above
        }
        nesting = [key for key, child in inside.items() if not _NESTING.isdisjoint(_mapping(child))]
        each = room * 4 // 5 // max(1, len(nesting))
        children = tuple(
            _read(root, child, key, words or outer, key in needed, each if key in nesting else room, above)
            for key, child in inside.items()
        )
        return replace(shape, properties=children)
    if kinds[0] == "array":
        item = _read(root, part.get("items", {}), "", words or outer, True, room * 4 // 5, above)
        least = _count(part.get("minItems")) or 0
        return replace(shape, item=item, least=least, most=_count(part.get("maxItems")))
    return replace(
        shape,
        aspect=_aspect(part, name, kinds),
        format=_format(part),
        enum=_enum(part),
        pattern=str(part.get("pattern", "")),
    )


def _references(part: Any) -> frozenset[str]:
    """What a part refers to, in itself, in what it is put together from, and in its items."""
    if not isinstance(part, Mapping):
        return frozenset()
    inner = [one for key in ("allOf", "anyOf", "oneOf") for one in part.get(key) or ()]
    own = frozenset({str(part["$ref"])}) if "$ref" in part else frozenset[str]()
    return own.union(*map(_references, [*inner, part.get("items")]))


def _settled(root: Schema, part: Schema, depth: int) -> tuple[dict[str, Any], bool]:
    """The part with `$ref`, `allOf` and the first real choice of `anyOf`/`oneOf` merged in."""
    merged = {key: value for key, value in part.items() if key not in ("$ref", "allOf", "anyOf", "oneOf")}
    nullable = "null" in _type_list(merged) or None in (merged.get("enum") or ())
    if depth > _LONGEST_CHAIN:
        return merged, nullable
    inner: list[Schema] = [referred_to(root, part["$ref"])] if "$ref" in part else []
    inner += [one for one in part.get("allOf", ()) if isinstance(one, Mapping)]
    choices = [one for one in [*part.get("anyOf", ()), *part.get("oneOf", ())] if isinstance(one, Mapping)]
    real = [one for one in choices if one.get("type") != "null"]
    nullable = nullable or len(real) < len(choices)
    kinds = [kind for one in real for kind in _type_list(one)]
    inner += real[:1]
    for one in inner:
        settled, null_too = _settled(root, one, depth + 1)
        nullable = nullable or null_too
        merged = _merge(merged, settled)
    if len(kinds) > 1 and kinds[0] not in ("object", "array"):
        merged["type"] = [kind for kind in dict.fromkeys(kinds) if kind not in ("object", "array")]
    return merged, nullable


def _merge(outer: dict[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**inner, **outer}
    if "properties" in inner and "properties" in outer:
        merged["properties"] = {**inner["properties"], **outer["properties"]}
        merged["required"] = [*inner.get("required", ()), *outer.get("required", ())]
    return merged


def _type_list(part: Schema) -> list[str]:
    kind = part.get("type")
    kinds = [kind] if isinstance(kind, str) else list(kind) if isinstance(kind, Sequence) else []
    return [str(one) for one in kinds]


def _kinds(part: Schema) -> tuple[str, ...]:
    kinds = tuple(kind for kind in _type_list(part) if kind != "null")
    if kinds:
        return kinds
    if "properties" in part:
        return ("object",)
    if "items" in part:
        return ("array",)
    values = [value for value in part.get("enum") or () if value is not None]
    if values and all(isinstance(value, int | float) for value in values):
        return ("number",)
    return ("string",)


def _own_words(name: str, outer: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without those of what it belongs to: a book's `book_title` is its title."""
    words = telling_words(name)
    return tuple(word for word in words if word not in outer) or words


def _told_words(part: Schema) -> tuple[str, ...]:
    title, description = str(part.get("title", "")), str(part.get("description", ""))
    first = re.split(r"[.;(:]|\be\.g\b|, ", description, maxsplit=1)[0]
    words = [word for word in telling_words(f"{title} {first}") if word not in _STOP]
    return tuple(words[:6])


def _aspect(part: Schema, name: str, kinds: tuple[str, ...]) -> Aspect:
    if "string" not in kinds:
        return "text"
    words = split_words(name)
    address = part.get("format") in ("uri", "uri-reference", "iri", "url")
    if any(word in _IMAGE_WORDS for word in words) and (address or words[-1] in _IMAGE_WORDS | _LINK_WORDS):
        return "image"
    if address or (words and words[-1] in _LINK_WORDS):
        return "link"
    return "text"


def _format(part: Schema) -> str:
    written = str(part.get("format", ""))
    if written:
        return written
    examples = [str(one) for one in part.get("examples") or ()]
    if examples and all(_ISO_EXAMPLE.match(one) for one in examples):
        return "date"
    return "date" if _DATE_HINT.search(str(part.get("description", ""))) else ""


def _enum(part: Schema) -> tuple[JSON, ...] | None:
    if "enum" in part:
        return tuple(value for value in part["enum"] if value is not None)
    return (part["const"],) if "const" in part else None


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
