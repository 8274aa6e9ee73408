"""What actions and their arguments are called, by whom ever, and what they are called here."""

from __future__ import annotations

_SAME: dict[str, tuple[str, ...]] = {
    "click": ("left_single", "left_click", "single_click", "tap"),
    "double_click": ("left_double", "left_double_click"),
    "triple_click": ("left_triple",),
    "right_click": ("right_single",),
    "middle_click": ("middle_single", "middle"),
    "hover": ("move_to", "moveto", "mouse_move", "move"),
    "mouse_down": (),
    "mouse_up": (),
    "drag": ("select", "left_click_drag", "drag_to"),
    "type": ("type_text", "input", "input_text"),
    "hotkey": ("press", "key", "press_key", "key_press", "keypress"),
    "hold": ("keydown", "key_down"),
    "release": ("keyup", "key_up"),
    "scroll": ("swipe",),
    "wait": ("sleep",),
    "finished": ("finish", "done"),
    "call_user": ("ask_user",),
    "give_up": (),
    "navigate": ("goto", "open_url", "go_to"),
    "navigate_back": ("back", "go_back"),
    "choose": (),
    "upload": (),
    "dialog": (),
    "switch_tab": (),
    "long_press": (),
    "open_app": ("open",),
    "press_home": (),
    "press_back": (),
    "error_env": (),
    "user_resp": (),
    "max_loop": (),
}
KNOWN: dict[str, str] = {alias: name for name, others in _SAME.items() for alias in (name, *others)}
"""Every name that is understood -> the one it has here."""
PHONE = frozenset({"long_press", "open_app", "press_home", "press_back"})
"""Actions of a phone; a web page has none of them."""
NOT_THE_MODELS = frozenset({"error_env", "user_resp", "max_loop"})
"""What other programs write into a conversation in an action's place."""
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "start": (
        "start_box", "start_point", "point", "box", "bbox", "start_coordinate", "coordinate", "coordinates",
        "position",
    ),
    "end": ("end_box", "end_point", "end_coordinate"),
    "content": ("text", "value"),
    "url": ("address", "link"),
    "key": ("keys", "hotkey", "press"),
    "button": ("mouse_button",),
    "modifiers": ("modifier", "modifier_keys"),
    "direction": (),
    "time": ("seconds", "duration"),
    "app_name": (),
}  # fmt: skip
_CANONICAL = {alias: name for name, others in _ARGUMENTS.items() for alias in (name, *others)}


def canonical_name(name: str) -> str:
    """The name an action has here; an unknown one as it was written."""
    folded = name.strip().lower().replace("-", "_")
    return KNOWN.get(folded, folded)


def canonical_argument(name: str) -> str:
    """The name an argument has here; an unknown one as it was written."""
    return _CANONICAL.get(name.lower(), name.lower())
