"""What a planning comes to: the next smaller goal, or the end of the task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from browser.model.text import cut, squeeze
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.small import object_in, read_verdict, value_of
from engines.action_codec.verbs.verb import fold
from engines.output_spec import JSON, Schema
from engines.protocol import Goal, Verdict

MOST_VALUES = 25
"""Values of one loop; each is a goal of its own."""
MOST_LOOKS = 3
"""How often in a row it may look at the page before it plans."""
MOST_LOOKED_FOR = 6
"""Parts of a page that one look may show."""
_NEXT = ("next", "kind", "action", "type", "step")
PLACE = "{value}"
"""What stands for the value in the goal of a loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pursue:
    """A smaller goal, once or for several values in turn."""

    text: str
    reads: bool = False
    """Whether it is to end with something read."""
    fields: tuple[str, ...] = ()
    """Names of what is read; () where any form will do."""
    many: bool = False
    """Whether a list of such things is read."""
    values: tuple[str, ...] = ()
    """What `{value}` stands for, one after the other; (): there is no loop."""
    last: bool = False
    """Whether the task is done once this is met."""

    def goals(self) -> tuple[tuple[str, str], ...]:
        """Each value with the goal for it; one goal and no value where there is no loop."""
        if not self.values:
            return (("", self.text),)
        return tuple((value, _about(self.text, value)) for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The task is done, and this is its output."""

    output: JSON = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopeless:
    """The task will not be done."""

    reason: str
    impossible: bool = False
    error_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """More of the page is to be seen before anything is planned."""

    queries: tuple[str, ...]
    """Words of the page, or refs of elements."""


Next = Pursue | Peek | Done | Hopeless


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One planning."""

    next: Next
    known: str = ""
    missing: str = ""

    @property
    def thought(self) -> str:
        """What the planner says about the state of the task."""
        return " ".join(filter(None, (self.known, f"Missing: {self.missing}" if self.missing else "")))


def plan_schema(output: Schema | None, *, claimed: bool = False) -> Schema:
    """The JSON Schema of a planning: one flat object, which small models keep to best.

    Args:
        claimed: Whether it begins with a verdict, which may be all there is.
    """
    text: Schema = {"type": "string"}
    texts: Schema = {"type": "array", "items": text}
    return {
        "type": "object",
        "properties": {
            **({"met": {"type": "boolean"}} if claimed else {}),
            "known": text,
            "missing": text,
            "next": {"type": "string", "enum": list(_READERS)},
            "goal": text,
            "fields": texts,
            "many": {"type": "boolean"},
            "values": texts,
            "query": texts,
            "last": {"type": "boolean"},
            # Not the wanted schema itself, since "FOUND 2" may stand anywhere in it.
            "output": {},
            "evidence": texts,
            "reason": text,
            "impossible": {"type": "boolean"},
            "error_codes": texts,
        },
        "required": ["met", "reason"] if claimed else ["known", "missing", "next"],
    }


def read_verdict_and_plan(text: str, goal: Goal) -> tuple[Verdict, Plan | None]:
    """Understand what is said of a goal that was claimed, and the planning after it; None: there is none.

    Raises:
        ReplyError: With the one sentence that goes back to the model.
    """
    verdict = read_verdict(text)
    goes_on = verdict.met and value_of(object_in(text), _NEXT) is not None
    return verdict, read_plan(text, goal) if goes_on else None


def read_plan(text: str, goal: Goal) -> Plan:
    """Understand a planning.

    Raises:
        ReplyError: With the one sentence that goes back to the model.
    """
    given = object_in(text)
    said = value_of(given, _NEXT)
    if isinstance(said, Mapping):  # the next goal as an object of its own
        given = {**given, **said}
        said = value_of(dict(said), ("next", "kind", "action", "type"))
    kind = _KINDS.get(fold(str(said or "")))
    if kind is None:
        raise ReplyError(f'"next" must be one of {", ".join(_READERS)}, not {cut(str(said), 40)!r}')
    known, missing = (_words(value_of(given, (name,))) for name in ("known", "missing"))
    return Plan(next=_READERS[kind](given, goal), known=known, missing=missing)


def _do(given: dict[str, Any], goal: Goal) -> Next:
    many = value_of(given, ("many", "list")) is True
    return Pursue(text=_goal_text(given), fields=_fields(given), many=many, last=_is_last(given))


def _read(given: dict[str, Any], goal: Goal) -> Next:
    many = value_of(given, ("many", "list")) is True
    return Pursue(text=_goal_text(given), reads=True, fields=_fields(given), many=many, last=_is_last(given))


def _each(given: dict[str, Any], goal: Goal) -> Next:
    values = _texts(given, ("values", "items", "each"))
    text, fields = _goal_text(given), _fields(given)
    if not values:
        raise ReplyError('"each" needs "values", a list with at least one')
    if len(values) > MOST_VALUES:
        raise ReplyError(
            f'{len(values)} are more values than one "each" takes; name the first {MOST_VALUES}, and plan '
            "the rest after them"
        )
    many = value_of(given, ("many", "list")) is True
    return Pursue(
        text=text,
        reads=bool(fields) or many,
        fields=fields,
        many=many,
        values=values,
        last=_is_last(given),
    )


def _look(given: dict[str, Any], goal: Goal) -> Next:
    queries = _texts(given, ("query", "queries", "ref", "refs", "words", "text", "goal"))
    if not queries:
        raise ReplyError('"look" needs "query", words of the page or refs')
    return Peek(queries=queries[:MOST_LOOKED_FOR])


def _done(given: dict[str, Any], goal: Goal) -> Next:
    output = value_of(given, ("output", "result", "answer"))
    if output is None and goal.output:
        raise ReplyError('"done" needs "output"')
    return Done(output=output, evidence=_texts(given, ("evidence",)))


def _give_up(given: dict[str, Any], goal: Goal) -> Next:
    reason = _words(value_of(given, ("reason", "why", "missing")))
    if not reason:
        raise ReplyError('"give_up" needs "reason"')
    codes = tuple(code for code in _texts(given, ("errorcodes",)) if code in goal.error_codes)
    return Hopeless(reason=reason, impossible=value_of(given, ("impossible",)) is True, error_codes=codes)


_READERS: dict[str, Callable[[dict[str, Any], Goal], Next]] = {
    "do": _do,
    "read": _read,
    "each": _each,
    "look": _look,
    "done": _done,
    "give_up": _give_up,
}
_OTHER_NAMES = {
    "do": ("act", "navigate", "go", "goto", "open"),
    "read": ("extract", "find", "collect", "get"),
    "each": ("foreach", "loop", "forall", "repeat"),
    "look": ("lookat", "lookfor", "see", "inspect"),
    "done": ("finish", "finished", "complete", "completed", "summarize", "summary"),
    "give_up": ("giveup", "fail", "failed", "impossible", "terminate", "abort"),
}
_KINDS = {name: kind for kind, names in _OTHER_NAMES.items() for name in (fold(kind), *names)}


def _goal_text(given: dict[str, Any]) -> str:
    text = _words(value_of(given, ("goal", "task", "subgoal", "instruction")))
    if not text:
        raise ReplyError('a goal needs "goal", a sentence that says what is wanted')
    return text


def _is_last(given: dict[str, Any]) -> bool:
    return value_of(given, ("last", "final")) is True


def _fields(given: dict[str, Any]) -> tuple[str, ...]:
    return _texts(given, ("fields", "columns"))


def _texts(given: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    value = value_of(given, names)
    listed: Sequence[object] = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(dict.fromkeys(filter(None, map(_words, listed))))


def _words(value: object) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return squeeze(str(value))
    return ""


def _about(text: str, value: str) -> str:
    return text.replace(PLACE, value) if PLACE in text else f"{text} ({value})"


def form_of(plan: Pursue, goal: Goal) -> Schema | None:
    """The JSON Schema of what is read: the fields by name, as the task's schema has them; None: any form."""
    if not (plan.fields or plan.many):
        return None
    properties = {name: _part(name, goal.output.schema) for name in plan.fields}
    one: Schema = (
        {"type": "object", "properties": properties, "required": list(properties)} if properties else {}
    )
    return {"type": "array", "items": one} if plan.many else one


def _part(name: str, schema: Schema | None) -> Schema:
    """What the task's schema says of a property of this name, or null."""
    found = next(_properties(name, schema or {}), None)
    # What a reference points to stays behind with the whole schema.
    if found is None or "$ref" in str(found):
        return {}
    return {"anyOf": [found, {"type": "null"}]}


def _properties(name: str, schema: Any) -> Iterator[Schema]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        if isinstance(properties, Mapping) and isinstance(properties.get(name), Mapping):
            yield properties[name]
        for part in schema.values():
            yield from _properties(name, part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _properties(name, part)
