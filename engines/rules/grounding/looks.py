"""How things look: names of colours, and what shape an element is."""

from __future__ import annotations

import math
import re

from browser.model.observation import Element

COLOURS = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "lime": "#00ff00", "green": "#008000",
    "blue": "#0000ff", "yellow": "#ffff00", "cyan": "#00ffff", "aqua": "#00ffff", "magenta": "#ff00ff",
    "fuchsia": "#ff00ff", "grey": "#808080", "gray": "#808080", "silver": "#c0c0c0", "maroon": "#800000",
    "olive": "#808000", "purple": "#800080", "teal": "#008080", "navy": "#000080", "orange": "#ffa500",
    "pink": "#ffc0cb", "brown": "#a52a2a", "gold": "#ffd700", "violet": "#ee82ee", "indigo": "#4b0082",
    "turquoise": "#40e0d0", "beige": "#f5f5dc", "crimson": "#dc143c", "coral": "#ff7f50", "salmon": "#fa8072",
    "khaki": "#f0e68c", "lavender": "#e6e6fa", "tan": "#d2b48c", "azure": "#f0ffff", "ivory": "#fffff0",
}  # fmt: skip
"""CSS colour names a person would use, https://www.w3.org/TR/css-color-4/#named-colors"""


def rgb(hex_colour: str) -> tuple[int, int, int] | None:
    """`#rrggbb` as three numbers from 0 to 255; None where it is none."""
    match = re.fullmatch(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", hex_colour)
    return (int(match[1], 16), int(match[2], 16), int(match[3], 16)) if match else None


def distance(one: str, other: str) -> float:
    """How far apart two colours are, 0 to about 441; 999 where one is none."""
    a, b = rgb(one), rgb(other)
    return math.dist(a, b) if a and b else 999.0


def is_colour(name: str, hex_colour: str) -> bool:
    """Whether a person would call this colour by this name, and by none other that is closer."""
    wanted = COLOURS.get(name)
    if wanted is None or rgb(hex_colour) is None:
        return False
    gap = distance(wanted, hex_colour)
    if gap < 12:
        return True
    nearest = min(distance(other, hex_colour) for other in COLOURS.values())
    return gap < 90 and gap <= nearest + 1


def colour_of(element: Element) -> str:
    """The colour that strikes the eye: what fills it, else what it is written in; "" where unknown."""
    look = element.appearance
    if look is None:
        return ""
    if element.tag in ("text", "tspan", "#text") or (not look.background and element.text):
        return look.background or look.color if element.tag in ("text", "tspan") else look.color
    return look.background or look.color


def shape_of(element: Element) -> str:
    """`circle`, `rectangle`, `line`, `digit`, `letter`, or "" for none of these."""
    if element.tag in ("circle", "ellipse"):
        return "circle"
    if element.tag == "rect":
        return "rectangle"
    if element.tag == "line":
        return "line"
    written = (element.text or element.name).strip()
    if element.tag in ("text", "tspan", "#text") and len(written) == 1:
        return "digit" if written.isdigit() else "letter" if written.isalpha() else ""
    return ""
