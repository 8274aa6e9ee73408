"""Doing things to a page: one module per kind of act."""

from __future__ import annotations

import asyncio
import time
from typing import assert_never

from browser.actions import (
    Action,
    ActionResult,
    AnswerDialog,
    Back,
    Click,
    CloseTab,
    Drag,
    EnterCode,
    Forward,
    Goto,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    OpenTab,
    Press,
    Reload,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    TypeText,
    Upload,
    Wait,
)
from browser.errors import BadTarget, NotInteractable
from browser.perform.hand import Hand
from browser.perform.targets import named


async def perform(hand: Hand, action: Action) -> ActionResult:
    """Do one thing to the active tab and wait until the page has come to rest."""
    since = time.monotonic()
    before = hand.tab.page.url
    did, shown = await _do(hand, action)
    await hand.rest(since)
    navigated = hand.tab.page.url != before
    return ActionResult(action=action, did=did, shown=shown, navigated=navigated)


async def _do(hand: Hand, action: Action) -> tuple[str, str | None]:
    match action:
        case Click(target=target, button=button, count=count):
            aimed = await hand.aim(target)
            await hand.mouse.click(
                aimed.x,
                aimed.y,
                click_count=count,
                button=button if button in ("left", "middle", "right") else "left",
            )
            return f"clicked {aimed.what}", None
        case TypeText():
            return await _type(hand, action)
        case Select(target=str() as ref, options=options):
            answer = await named(hand.counter, ref).call("act", "chooseOptions", list(options))
            if "missing" in answer:
                raise BadTarget(
                    f"there is no option {answer['missing']!r}; there are {', '.join(answer['options'])}"
                )
            return f"chose {', '.join(options)}", answer.get("shown")
        case SetChecked(target=target, checked=checked):
            if isinstance(target, str):
                field = await named(hand.counter, target).call("act", "fieldOf")
                if (field["checked"] == "checked") == checked:
                    return f"{field['what']} was already {'checked' if checked else 'unchecked'}", None
            aimed = await hand.aim(target)
            await hand.mouse.click(aimed.x, aimed.y)
            return f"{'checked' if checked else 'unchecked'} {aimed.what}", None
        case Hover(target=target):
            aimed = await hand.aim(target)
            await hand.mouse.move(aimed.x, aimed.y)
            return f"moved the pointer over {aimed.what}", None
        case Press(keys=keys, target=target, repeat=repeat):
            if isinstance(target, str):
                await named(hand.counter, target).call("act", "focusOn", False)
            for _ in range(repeat):
                await hand.keyboard.press(keys)
            return f"pressed {keys}", None
        case Scroll(dx=dx, dy=dy, target=target, to=to):
            world = await hand.tab.worlds.top() if not isinstance(target, str) else None
            answer = (
                await world.call("act", 0, "scrollBy", dx, dy, to)
                if world
                else await named(hand.counter, str(target)).call("act", "scrollBy", dx, dy, to)
            )
            return f"scrolled {answer['what']}", None
        case Drag(start=start, end=end, path=path):
            begin = await hand.aim(start)
            await hand.mouse.move(begin.x, begin.y)
            await hand.mouse.down()
            for point in path:
                await hand.mouse.move(point.x, point.y)
            finish = await hand.aim(end)
            await hand.mouse.move(finish.x, finish.y, steps=8)
            await hand.mouse.move(finish.x, finish.y)
            await hand.mouse.up()
            return f"dragged {begin.what} to {finish.what}", None
        case Goto(url=url):
            await hand.goto(url)
            return f"opened {url}", None
        case Back():
            await hand.tab.page.go_back(wait_until="commit")
            return "went back", None
        case Forward():
            await hand.tab.page.go_forward(wait_until="commit")
            return "went forward", None
        case Reload():
            await hand.tab.page.reload(wait_until="commit")
            return "loaded the page again", None
        case Wait(seconds=seconds):
            await asyncio.sleep(seconds)
            return f"waited {seconds:g} s", None
        case MouseMove(point=point):
            await hand.mouse.move(point.x, point.y)
            return f"moved the pointer to ({point.x:g}, {point.y:g})", None
        case MouseDown():
            await hand.mouse.down()
            return "pressed the mouse button", None
        case MouseUp():
            await hand.mouse.up()
            return "released the mouse button", None
        case HoldKey(keys=keys, seconds=seconds):
            await hand.keyboard.press(keys, delay=seconds * 1000)
            return f"held {keys}", None
        case Select() | Upload() | OpenTab() | SwitchTab() | CloseTab() | AnswerDialog() | EnterCode():
            raise BadTarget(f"{type(action).__name__} cannot be done here")
        case _:
            assert_never(action)


PICKED = {"date", "time", "month", "week", "datetime-local", "color", "range"}


async def _type(hand: Hand, action: TypeText) -> tuple[str, str | None]:
    what, shown = "where the keyboard is", None
    if isinstance(action.target, str):
        element = named(hand.counter, action.target)
        field = await element.call("act", "fieldOf")
        if field["disabled"] or field["readonly"]:
            raise NotInteractable(
                action.target, f"{field['what']} is {'disabled' if field['disabled'] else 'read-only'}"
            )
        what = field["what"]
        if field["type"] in PICKED:
            shown = (await element.call("act", "setValue", action.text))["value"]
            return f"set {what} to {action.text!r}", shown
        await element.call("act", "focusOn", action.clear)
    elif action.target is not None:
        aimed = await hand.aim(action.target)
        await hand.mouse.click(aimed.x, aimed.y, click_count=3 if action.clear else 1)
    elif action.clear:
        await hand.keyboard.press("ControlOrMeta+A")
    if action.text:
        await hand.keyboard.type(action.text)
    elif action.clear:
        await hand.keyboard.press("Delete")
    if isinstance(action.target, str):
        shown = (await named(hand.counter, action.target).call("act", "fieldOf"))["value"]
    if action.submit:
        await hand.keyboard.press("Enter")
    return f"typed {action.text!r} into {what}", shown
