"""What a model said or called -> a decision, or the one mistake in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from browser.model.actions import Action
from browser.model.observation import LookRequest
from engines.action_codec.actions import items
from engines.action_codec.arguments.given import Given, Item
from engines.action_codec.arguments.shown import Shown, ref
from engines.action_codec.arguments.values import brief
from engines.action_codec.json_in_text.find_json import answer_in
from engines.action_codec.json_in_text.normalise import Call, calls, said
from engines.action_codec.memory import joined, without_memory
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import Verb, fold
from engines.action_codec.vocabulary import nearest_verbs, verb_named
from engines.protocol import Act, AskUser, Decision, Finish, GiveUp, Look

T = TypeVar("T")
REMEMBERED = -1
"""In place of a count, for a call that was taken and asks for nothing to be done."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A reply that makes sense."""

    decision: Decision
    notes: tuple[str, ...] = ()
    """What of it was ignored, or left out, as sentences for the model."""
    counts: tuple[int, ...] = ()
    """For each of its calls, in how many actions, looks or ends it is in the decision; 0 for one left out,
    `REMEMBERED` for one that only wrote something down."""
    mistake: str = ""
    """Why calls were left out; "" where none was. It is among the notes, too."""
    memory: str = ""
    """What the model wants to have before its eyes later; "" for nothing."""
    ending: Finish | None = None
    """What the task ends with once all actions of the decision are done; None: that is still to be seen."""


def read_reply(text: str, shown: Shown) -> Understood:
    """Understand a reply to what was shown.

    Several actions are taken as far as they make sense: those before a bad one are done, the rest is
    dropped with a note. A reply whose first action is bad is not understood at all.

    Raises:
        ReplyError: With the one sentence that goes back to the model.
    """
    answer = said(answer_in(text))
    found = understood(answer.items, calls, answer.thought, shown)
    return replace(found, memory=joined(answer.memory, found.memory))


def understood(
    written: Sequence[T], calls_in: Callable[[T], tuple[Call, ...]], thought: str, shown: Shown
) -> Understood:
    """Understand what a reply asks for, one after the other; `calls_in` reads the calls of each.

    Raises:
        ReplyError: With the one sentence that goes back to the model.
    """
    found: list[Item] = []
    notes: list[str] = []
    counts: list[int] = []
    sentence = memory = ""
    for number, each in enumerate(written, start=1):
        before = len(found)
        try:
            for call in calls_in(each):
                arguments, noted = without_memory(call.arguments)
                memory = joined(memory, noted)
                meant, ignored = items_of(replace(call, arguments=arguments), shown)
                for item in meant:
                    _check_order(found, item)
                    found.append(item)
                notes += ignored
        except ReplyError as mistake:
            sentence = f"action {number}: {mistake}" if len(written) > 1 else str(mistake)
            if not found or isinstance(found[0], Finish | GiveUp | AskUser):
                raise ReplyError(sentence) from mistake
            notes.append(f"{sentence}; it and what followed were dropped")
            break
        finally:
            counts.append(len(found) - before)
    counts += [0] * (len(written) - len(counts))
    last = found.pop() if len(found) > 1 and isinstance(found[-1], Finish) else None
    ending = replace(last, thought=thought) if isinstance(last, Finish) else None
    return Understood(_decision(found, thought), tuple(notes), tuple(counts), sentence, memory, ending)


def items_of(
    call: Call, shown: Shown, names: Mapping[str, str] | None = None
) -> tuple[tuple[Item, ...], list[str]]:
    """What one call comes to, and notes on what of it was ignored.

    Args:
        names: What arguments are called in complaints, where that is another name.

    Raises:
        ReplyError: There is no such verb, or an argument is missing or makes no sense.
    """
    known = verb_named(call.name)
    if known is None:
        near = ", ".join(nearest_verbs(call.name))
        raise ReplyError(f"there is no action {brief(call.name)}; the nearest are {near}")
    verb, implied = known
    arguments, notes = _named(verb, call.arguments, implied, shown)
    return items(verb.name, Given(call.name if names else verb.name, arguments, shown, names or {})), notes


def _check_order(items: list[Item], item: Item) -> None:
    """Raise where an item cannot follow those before it."""
    if not items:
        return
    first = items[0]
    if isinstance(first, Finish | GiveUp | AskUser):
        raise ReplyError("finish, give_up and ask_user must stand alone")
    if isinstance(items[-1], Finish):
        raise ReplyError("nothing can follow finish")
    if isinstance(item, Finish) and not isinstance(first, LookRequest):
        return
    if isinstance(item, Finish | GiveUp | AskUser):
        raise ReplyError("it must stand alone, after you have seen what your other actions did")
    if isinstance(item, LookRequest) is not isinstance(first, LookRequest):
        raise ReplyError("look cannot be mixed with actions that change the page")


def _decision(items: list[Item], thought: str) -> Decision:
    first = items[0]
    if isinstance(first, Finish | GiveUp | AskUser):
        return replace(first, thought=thought)
    looks = tuple(item for item in items if isinstance(item, LookRequest))
    if looks:
        return Look(requests=looks, thought=thought)
    # What is left are actions: the order was checked item by item.
    return Act(actions=cast(tuple[Action, ...], tuple(items)), thought=thought)


_CONDITIONS = frozenset(
    {
        "if", "condition", "when", "unless", "onlyif", "skip", "skipped", "dryrun", "execute", "executed",
        "enabled", "disabled", "not", "negated", "donot", "dontexecute", "simulate", "example",
    }
)  # fmt: skip
"""Keys that could turn an action into its opposite; they are never dropped silently."""

_PLACES = frozenset({"coordinate", "coordinates", "point", "xy", "position"})
"""Keys under which a place stands as one value."""


def _named(
    verb: Verb, written: Mapping[str, Any], implied: Mapping[str, Any], shown: Shown
) -> tuple[dict[str, Any], list[str]]:
    """The arguments of a call by their own names, and notes on what was ignored.

    Raises:
        ReplyError: Two elements are named, or what was ignored could change what is done.
    """
    found: dict[str, Any] = dict(implied)
    notes: list[str] = []
    for key, value in _by_exactness(verb, written):
        argument = verb.argument(key) if key else verb.argument(verb.main or "-")
        if value is None:
            continue
        if fold(key) in _PLACES and isinstance(value, dict | list | tuple) and verb.argument("x"):
            found.setdefault("point", value)
            continue
        if argument is None and isinstance(value, str) and value in shown.refs:
            argument = verb.argument("ref")
        if argument is None:
            _refuse_condition(key)
            _refuse_lost_target(verb, key, value, found)
            notes.append(f"{verb.name} has no argument {brief(key)}; it was ignored")
            continue
        if argument.kind == "ref":
            value = ref(f'"{argument.name}"', value, shown)
            if found.setdefault(argument.name, value) != value:
                raise ReplyError(
                    f"{verb.name} names two elements, {found[argument.name]} and {value}; "
                    f'give one "{argument.name}"'
                )
        found.setdefault(argument.name, value)
    for point, across, down in (("point", "x", "y"), ("to_point", "to_x", "to_y")):
        if across in found or down in found:
            found.setdefault(point, {"x": found.get(across), "y": found.get(down)})
    # An output of null is one that was given, whatever was said beside it.
    if verb.argument("output") and "output" in written:
        found.setdefault("output", None)
    return found, notes


def _by_exactness(verb: Verb, written: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Keys that are an argument's own name first: another name for it does not overrule them."""
    own = {fold(argument.name) for argument in verb.arguments}
    return sorted(
        ((str(key), value) for key, value in written.items()), key=lambda pair: fold(pair[0]) not in own
    )


def _refuse_condition(key: str) -> None:
    if fold(key) in _CONDITIONS:
        raise ReplyError(
            f"{brief(key)} cannot be said of an action: all that is listed is done, "
            "so leave out what is not meant"
        )


def _refuse_lost_target(verb: Verb, key: str, value: Any, found: Mapping[str, Any]) -> None:
    """Raise where an ignored argument may have named the element, and another one would be used."""
    if verb.name in ("type", "press", "scroll") and isinstance(value, str) and "ref" not in found:
        raise ReplyError(f'{verb.name} has no argument {brief(key)}; name the element with "ref"')
