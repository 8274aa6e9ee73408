"""Text of a model -> a decision, or the one mistake in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from browser.model.actions import (
    Action,
    AnswerDialog,
    Back,
    Button,
    Click,
    CloseTab,
    Collect,
    Drag,
    EnterCode,
    Forward,
    Goto,
    Hover,
    OpenTab,
    Point,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    Target,
    TypeText,
    Upload,
    Wait,
)
from browser.model.observation import LookRequest
from engines.action_codec.arguments import Shown, modifiers, understood
from engines.action_codec.misread import Misread
from engines.action_codec.shape import Call, calls, said
from engines.action_codec.speech import answer_in
from engines.action_codec.syntax import strict
from engines.action_codec.vocabulary import ENDINGS, Verb, nearest_verbs, verb_named
from engines.protocol import Act, AskUser, Decision, Finish, GiveUp, Look


@dataclass(frozen=True, slots=True)
class Understood:
    """A reply that makes sense."""

    decision: Decision
    notes: tuple[str, ...] = ()
    """What of it was left out or ignored, as sentences for the model."""


_Item = Action | LookRequest | Finish | GiveUp | AskUser


def read_reply(text: str, shown: Shown) -> Understood:
    """Understand a reply to what was shown.

    Several actions are taken as far as they make sense: those before a bad one are done, the rest is
    dropped with a note. A reply whose first action is bad is not understood at all.

    Raises:
        Misread: With the one sentence that goes back to the model.
    """
    answer = said(answer_in(text))
    items: list[_Item] = []
    notes: list[str] = []
    for number, written in enumerate(answer.items, start=1):
        try:
            for call in calls(written):
                item, ignored = _item(call, shown)
                _check_order(items, item)
                items.append(item)
                notes += ignored
        except Misread as mistake:
            sentence = f"action {number}: {mistake}" if len(answer.items) > 1 else str(mistake)
            if not items or isinstance(items[0], Finish | GiveUp | AskUser):
                raise Misread(sentence) from mistake
            notes.append(f"{sentence}; it and what followed were dropped")
            break
    return Understood(_decision(items, answer.thought), tuple(notes))


def _check_order(items: list[_Item], item: _Item) -> None:
    """Raise where an item cannot follow those before it."""
    if not items:
        return
    first = items[0]
    if isinstance(first, Finish | GiveUp | AskUser):
        raise Misread("finish, give_up and ask_user must stand alone")
    if isinstance(item, Finish | GiveUp | AskUser):
        raise Misread("it must stand alone, after you have seen what your other actions did")
    if isinstance(item, LookRequest) is not isinstance(first, LookRequest):
        raise Misread("look cannot be mixed with actions that change the page")


def _decision(items: list[_Item], thought: str) -> Decision:
    first = items[0]
    if isinstance(first, Finish | GiveUp | AskUser):
        if len(items) > 1:
            raise Misread("finish, give_up and ask_user must stand alone")
        return replace(first, thought=thought)
    looks = tuple(item for item in items if isinstance(item, LookRequest))
    if looks:
        return Look(requests=looks, thought=thought)
    # What is left are actions: the order was checked item by item.
    return Act(actions=cast(tuple[Action, ...], tuple(items)), thought=thought)


def _item(call: Call, shown: Shown) -> tuple[_Item, list[str]]:
    known = verb_named(call.name)
    if known is None:
        near = ", ".join(nearest_verbs(call.name))
        raise Misread(f"there is no action {call.name!r}; the nearest are {near}")
    verb, implied = known
    arguments, notes = understood(verb, call.arguments, implied, shown)
    if verb.name in ENDINGS:
        return _ending(verb, arguments, shown), notes
    if verb.name == "look":
        return _look(arguments), notes
    return _action(verb, arguments, shown), notes


def _action(verb: Verb, given: dict[str, Any], shown: Shown) -> Action:
    match verb.name:
        case "click":
            return _click(given, shown)
        case "type":
            where = _target(verb, given, shown, needed=False)
            return TypeText(
                text=given["text"],
                target=where,
                clear=given.get("clear", True),
                submit=given.get("submit", False),
            )
        case "select":
            return Select(_needed(verb, given, shown), given["options"])
        case "check":
            return SetChecked(_needed(verb, given, shown), given.get("checked", True))
        case "hover":
            return Hover(_needed(verb, given, shown))
        case "press":
            where = _target(verb, given, shown, needed=False)
            return Press(given["keys"], where, _within("repeat", given.get("repeat", 1), 1, 100))
        case "scroll":
            return _scroll(verb, given, shown)
        case "drag":
            return Drag(_needed(verb, given, shown), _drop_target(given, shown))
        case "upload":
            return Upload(_needed(verb, given, shown), given["files"])
        case "enter_code":
            return EnterCode(_needed(verb, given, shown))
        case _:
            return _page_action(verb, given, shown)


def _page_action(verb: Verb, given: dict[str, Any], shown: Shown) -> Action:
    """Actions without a place on the page."""
    match verb.name:
        case "goto":
            return Goto(given["url"])
        case "back":
            return Back()
        case "forward":
            return Forward()
        case "reload":
            return Reload()
        case "collect":
            rows = _within("max_rows", given.get("max_rows", Collect().max_rows), 1, _MOST_ROWS)
            return Collect(given.get("ref"), rows)
        case "wait":
            return Wait(_within("seconds", given.get("seconds", 1.0), 0.0, 60.0))
        case "open_tab":
            return OpenTab(given.get("url", ""))
        case "switch_tab":
            return SwitchTab(_tab(given["tab"], shown))
        case "close_tab":
            return CloseTab(_tab(given["tab"], shown) if "tab" in given else "")
        case "dialog":
            return AnswerDialog(given["accept"], given.get("text", ""))
        case _:
            raise AssertionError(f"{verb.name} stands in the vocabulary, but nothing is made of it")


def _click(given: dict[str, Any], shown: Shown) -> Click:
    verb = _verb("click")
    button = cast(Button, given.get("button", "left"))
    count = _within("count", given.get("count", 1), 1, 3)
    return Click(_needed(verb, given, shown), button, count, modifiers(given.get("modifiers", ())))


def _verb(name: str) -> Verb:
    known = verb_named(name)
    assert known is not None
    return known[0]


_MOST_ROWS = 10_000
_AWAY: Mapping[str, tuple[int, int]] = {"down": (0, 1), "up": (0, -1), "right": (1, 0), "left": (-1, 0)}
_A_GOOD_WAY = 600.0


def _scroll(verb: Verb, given: dict[str, Any], shown: Shown) -> Scroll:
    target = _target(verb, given, shown, needed=False)
    direction, to = given.get("direction", ""), given.get("to", "")
    if direction in ("top", "bottom"):
        direction, to = "", direction
    if to == "target" and target is None:
        raise Misread('scroll to "target" needs "ref"')
    if to:
        return Scroll(target=target, to=to)
    if not direction and "amount" not in given:
        if target is None:
            raise Misread('scroll needs "direction", "to" or "ref"')
        return Scroll(target=target, to="target")
    x, y = _AWAY[direction or "down"]
    amount = given.get("amount", _A_GOOD_WAY)
    # `-0.0` would be another action to the eyes of the loop.
    return Scroll(dx=x * amount + 0.0, dy=y * amount + 0.0, target=target)


def _target(verb: Verb, given: dict[str, Any], shown: Shown, *, needed: bool) -> Target | None:
    if "ref" in given:
        return str(given["ref"])
    if "x" in given and "y" in given:
        return _point(given["x"], given["y"], shown)
    if needed:
        raise Misread(f'{verb.name} needs "ref"')
    return None


def _needed(verb: Verb, given: dict[str, Any], shown: Shown) -> Target:
    target = _target(verb, given, shown, needed=True)
    assert target is not None
    return target


def _drop_target(given: dict[str, Any], shown: Shown) -> Target:
    if "to_ref" in given:
        return str(given["to_ref"])
    if "to_x" in given and "to_y" in given:
        return _point(given["to_x"], given["to_y"], shown)
    raise Misread('drag needs "to_ref"')


def _point(x: float, y: float, shown: Shown) -> Point:
    if shown.picture is None:
        raise Misread('no picture was shown, so there are no coordinates; use "ref"')
    try:
        return Point(*shown.picture.to_css(x, y))
    except ValueError as error:
        raise Misread(str(error)) from error


def _tab(said_tab: str, shown: Shown) -> str:
    tab = said_tab.strip().strip("[]")
    for name in (tab, f"t{tab}"):
        if name in shown.tabs:
            return name
    raise Misread(f"there is no tab {tab!r}; there are {', '.join(sorted(shown.tabs)) or 'none'}")


def _within(name: str, value: Any, least: Any, most: Any) -> Any:
    if not least <= value <= most:
        raise Misread(f'"{name}" must be from {least:g} to {most:g}, not {value:g}')
    return value


def _look(given: dict[str, Any]) -> LookRequest:
    # A model that gives two of them means the narrower one.
    for name in ("region", "ref", "query"):
        if given.get(name):
            return LookRequest(**{name: given[name]})
    raise Misread('look needs "query", "ref" or "region"')


def _ending(verb: Verb, given: dict[str, Any], shown: Shown) -> Finish | GiveUp | AskUser:
    if verb.name == "ask_user":
        return AskUser(kind=given.get("kind", "question"), text=given["text"])
    output = _output(given.get("output"), shown)
    if verb.name == "give_up":
        codes = tuple(code for code in given.get("error_codes", ()) if code in shown.error_codes)
        return GiveUp(
            reason=given["reason"],
            impossible=given.get("impossible", False),
            error_codes=codes,
            output=output,
        )
    if given.get("success") is False:
        # Some models report their failure under the name of success.
        return GiveUp(reason=given.get("text") or "the model said that it did not succeed", output=output)
    if "output" not in given and "text" in given:
        output = _output(given["text"], shown)
    return Finish(
        output=output, evidence=given.get("evidence", ()), sources=_sources(given.get("sources"), shown)
    )


def _output(value: Any, shown: Shown) -> Any:
    """The output; a text that holds the wanted object or list is taken for it."""
    if isinstance(value, str) and shown.output_types and "string" not in shown.output_types:
        inner = strict(value)
        if inner is not None:
            return inner
    return value


def _sources(value: Any, shown: Shown) -> dict[str, str]:
    """Only what was shown can be a source."""
    if not isinstance(value, dict):
        return {}
    return {str(pointer): ref for pointer, ref in value.items() if isinstance(ref, str) and ref in shown.refs}
