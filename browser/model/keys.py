"""Names of keys and chords: one table of what people and models write, and one parser.

The names are the key values of https://www.w3.org/TR/uievents-key/ as Playwright takes them. A key that
Playwright cannot press is refused here, before anything is pressed: half a chord would leave its
modifier down.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import Literal, cast

from browser.model.text import cut

Modifier = Literal["Alt", "Control", "ControlOrMeta", "Meta", "Shift"]

MODIFIERS: tuple[Modifier, ...] = ("Alt", "Control", "ControlOrMeta", "Meta", "Shift")
"""`ControlOrMeta` is Meta on macOS and Control elsewhere."""

_NAMED = {
    "Alt": ("option", "opt", "altleft", "alt_l"),
    "Control": ("ctrl", "ctl", "controlleft", "control_l"),
    "ControlOrMeta": ("mod", "cmdorctrl", "commandorcontrol"),
    "Meta": ("cmd", "command", "super", "win", "windows", "metaleft", "super_l", "meta_l"),
    "Shift": ("shiftleft", "shift_l"),
    "AltGraph": ("altgr", "isolevel3shift"),
    "ArrowDown": ("down", "downarrow"),
    "ArrowLeft": ("left", "leftarrow"),
    "ArrowRight": ("right", "rightarrow"),
    "ArrowUp": ("up", "uparrow"),
    "Backspace": ("bksp",),
    "CapsLock": (),
    "ContextMenu": ("menu", "apps"),
    "Delete": ("del",),
    "End": (),
    "Enter": ("return", "kpenter", "numpadenter", "linefeed"),
    "Escape": ("esc",),
    "Home": (),
    "Insert": ("ins",),
    "NumLock": (),
    "PageDown": ("pgdn", "pgdown", "next"),
    "PageUp": ("pgup", "prior"),
    "Pause": (),
    "PrintScreen": ("prtsc", "print"),
    "ScrollLock": (),
    "Space": ("spacebar",),
    "Tab": (),
    "'": ("apostrophe", "quote"),
    ",": ("comma",),
    "-": ("minus", "hyphen", "dash", "numpadsubtract", "kpsubtract"),
    ".": ("period", "dot", "numpaddecimal", "kpdecimal"),
    "/": ("slash", "numpaddivide", "kpdivide"),
    ";": ("semicolon",),
    "=": ("equal", "equals"),
    "[": ("bracketleft",),
    "\\": ("backslash",),
    "]": ("bracketright",),
    "`": ("backquote", "grave"),
    "*": ("asterisk", "numpadmultiply", "kpmultiply"),
    "+": ("plus", "numpadadd", "kpadd"),
    **{f"F{number}": () for number in range(1, 13)},
}


def _folded(name: str) -> str:
    """A name without case and without what separates its words: `Page Down` and `page_down` are one."""
    return re.sub(r"[\s_-]", "", name).lower()


ALIASES: dict[str, str] = {
    _folded(alias) if len(alias) > 1 else alias: name
    for name, aliases in _NAMED.items()
    for alias in (name, *aliases)
}
"""Every name of a key, folded, and the key that it names."""
_ON_THE_KEYBOARD = frozenset(string.ascii_letters + string.digits + string.punctuation)
_CODE = re.compile(r"(?:key([a-z])|(?:digit|numpad|kp)(\d))")


class UnknownKey(ValueError):
    """There is no such key; the message says so in a sentence."""


def key(name: str) -> str:
    """The name of one key as Playwright takes it: `pgdn` is `PageDown`. A single character is itself.

    Raises:
        UnknownKey: No key has this name.
    """
    if name == " ":
        return "Space"
    name = name.strip()
    if len(name) == 1 and name in _ON_THE_KEYBOARD:
        return name
    folded = _folded(name)
    if folded in ALIASES:
        return ALIASES[folded]
    if code := _CODE.fullmatch(folded):
        return code[1] or code[2]
    if len(name) == 1:
        raise UnknownKey(f"there is no key {name!r}; type it as a text instead")
    joined = "; the keys of a chord are joined by +" if " " in name else ""
    raise UnknownKey(f"there is no key {cut(name, 60)!r}{joined}")


def chords(names: str | Iterable[str] | None) -> tuple[str, ...]:
    """Keys that are pressed one after the other, each with the modifiers that stand before it.

    `["del", "ctrl", "a", "c"]` is `("Delete", "Control+a", "Control+c")`; modifiers alone are one chord.

    Raises:
        UnknownKey: No key is named, or there is none of such a name.
    """
    found: list[str] = []
    held: list[str] = []
    for pressed in (key(part) for part in _all_parts(names)):
        if pressed in MODIFIERS:
            held.append(pressed)
        else:
            # With a modifier a capital letter names the key; Shift is held only where it is asked for.
            found.append("+".join([*held, pressed.lower() if held and len(pressed) == 1 else pressed]))
    if not found and held:
        return ("+".join(held),)
    if not found:
        raise UnknownKey("no key is named")
    return tuple(found)


def chord(text: str) -> tuple[str, ...]:
    """The keys of one chord, in the order in which they go down: `ctrl+shift+K` is Control, Shift and k.

    Raises:
        UnknownKey: It names no key, one that there is none of, or a key before the last that is no modifier.
    """
    keys = [key(part) for part in _parts(text)]
    if not keys:
        raise UnknownKey("no key is named")
    *held, last = keys
    for name in held:
        if name not in MODIFIERS:
            raise UnknownKey(f"{name!r} is no modifier key; press such keys one after the other")
    return (*held, last.lower() if held and len(last) == 1 else last)


def modifiers(names: str | Iterable[str] | None) -> tuple[Modifier, ...]:
    """Modifier keys to hold, each once; a name may be a chord of them.

    Raises:
        UnknownKey: One of them is no modifier key.
    """
    held = dict.fromkeys(map(key, _all_parts(names)))
    for name in held:
        if name not in MODIFIERS:
            raise UnknownKey(f"{name!r} is no modifier key; only Shift, Control, Alt and Meta can be held")
    return cast("tuple[Modifier, ...]", tuple(held))


def _all_parts(names: str | Iterable[str] | None) -> list[str]:
    listed = [names] if isinstance(names, str) else names or ()
    return [part for name in listed for part in _parts(name)]


def _parts(name: str) -> list[str]:
    """The parts of a chord as they were written; the keys `+` and `-` themselves stay whole."""
    if name == " ":
        return [name]
    name = name.strip()
    plus = name == "+" or re.search(r"\+\s*\+$", name) is not None
    parts = [part.strip() for part in name.split("+") if part.strip()]
    separate = [piece for part in parts for piece in _at_hyphens(part)]
    return [*separate, "+"] if plus else separate


def _at_hyphens(part: str) -> list[str]:
    """`ctrl-c` as its keys; a hyphen elsewhere belongs to the name, as in `page-down`."""
    first, hyphen, rest = part.partition("-")
    if not hyphen or not rest or _folded(part) in ALIASES or ALIASES.get(_folded(first)) not in MODIFIERS:
        return [part]
    return [first, *_at_hyphens(rest)]
