"""Names of keys as models write them, turned into those that our actions take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from browser.actions import Action, Modifier, Press, TypeText

MODIFIERS: dict[str, Modifier] = {
    "alt": "Alt",
    "option": "Alt",
    "ctrl": "Control",
    "control": "Control",
    "cmd": "Meta",
    "command": "Meta",
    "meta": "Meta",
    "super": "Meta",
    "win": "Meta",
    "windows": "Meta",
    "shift": "Shift",
}
_NAMED = {
    "arrowdown": "ArrowDown",
    "arrowleft": "ArrowLeft",
    "arrowright": "ArrowRight",
    "arrowup": "ArrowUp",
    "back_space": "Backspace",
    "backspace": "Backspace",
    "capslock": "CapsLock",
    "caps_lock": "CapsLock",
    "comma": ",",
    "del": "Delete",
    "delete": "Delete",
    "down": "ArrowDown",
    "end": "End",
    "enter": "Enter",
    "esc": "Escape",
    "escape": "Escape",
    "home": "Home",
    "insert": "Insert",
    "kp_enter": "Enter",
    "left": "ArrowLeft",
    "minus": "-",
    "page_down": "PageDown",
    "page_up": "PageUp",
    "pagedown": "PageDown",
    "pageup": "PageUp",
    "period": ".",
    "pgdn": "PageDown",
    "pgup": "PageUp",
    "plus": "+",
    "printscreen": "PrintScreen",
    "return": "Enter",
    "right": "ArrowRight",
    "slash": "/",
    "space": "Space",
    "spacebar": "Space",
    "tab": "Tab",
    "up": "ArrowUp",
}


def key(name: str) -> str:
    """The W3C's name of a key, https://www.w3.org/TR/uievents-key/; single characters stay as they are.

    Raises:
        ValueError: No key has this name; the message says so to the model.
    """
    folded = name.strip().lower()
    if folded in MODIFIERS:
        return MODIFIERS[folded]
    if folded in _NAMED:
        return _NAMED[folded]
    if folded[:1] == "f" and folded[1:].isdigit() and 1 <= int(folded[1:]) <= 24:
        return folded.upper()
    if name == " ":
        return "Space"
    if len(name.strip()) == 1:
        return name.strip()
    raise ValueError(f"there is no key {name!r}")


def modifiers(names: Sequence[str] | None) -> tuple[Modifier, ...]:
    """Modifier keys to hold.

    Raises:
        ValueError: One of them is no modifier key.
    """
    held = [key(name) for name in names or ()]
    for name in held:
        if name not in MODIFIERS.values():
            raise ValueError(f"{name!r} is no modifier key; only Shift, Control, Alt and Meta can be held")
    return cast("tuple[Modifier, ...]", tuple(dict.fromkeys(held)))


def chords(names: Sequence[str]) -> tuple[str, ...]:
    """Keys pressed one after the other, each with the modifiers that stand before it: `Control+A`.

    Raises:
        ValueError: There is no key, or none of this name.
    """
    found: list[str] = []
    held: list[str] = []
    for name in (part for each in names for part in _parts(each)):
        pressed = key(name)
        if pressed in MODIFIERS.values():
            held.append(pressed)
        else:
            # A capital letter in a chord names the key; Shift is held only where it is asked for.
            pressed = pressed.lower() if held and len(pressed) == 1 else pressed
            found.append("+".join([*held, pressed]))
    if not found and held:
        return ("+".join(held),)
    if not found:
        raise ValueError("no key is named")
    return tuple(found)


def typed(text: str) -> tuple[Action, ...]:
    """Text typed where the keyboard is; a new line at its end is the Enter key."""
    body = text.removesuffix("\n")
    if not body:
        return (Press("Enter"),)
    return (TypeText(body, clear=False, submit=body != text),)


def _parts(name: str) -> list[str]:
    """`ctrl+s` as its keys; the plus key itself stays whole."""
    if name.strip() in ("", "+"):
        return [name.strip() or " "] if name else []
    plus = name.endswith("++")
    parts = [part for part in (name[:-2] if plus else name).split("+") if part]
    return [*parts, "+"] if plus else parts
