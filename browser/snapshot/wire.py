"""The rows in which page scripts hand over elements; `browser/js/reading/wire.js` holds their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

Row = Sequence[Any]
"""What the script says of an element: the value of each name in `ALWAYS`, then pairs of a place in `SELDOM`
and a value."""


def _names(constant: str) -> tuple[str, ...]:
    """The names that a list of the page script has."""
    source = files("browser").joinpath("js/reading/wire.js").read_text("utf-8")
    (listed,) = re.findall(rf"const {constant} = \[([^\]]*)\];", source)
    return tuple(re.findall(r"'(\w+)'", listed))


ALWAYS, SELDOM, LOOK = _names("ALWAYS"), _names("SELDOM"), _names("LOOK")
NUMBER, ABOVE, ROLE, TAG, INTERACTIVE, BOX, STATES, NAME = map(
    ALWAYS.index, ("number", "above", "role", "tag", "interactive", "box", "states", "name")
)
"""Where in a row each of `ALWAYS` stands; what was not said is None there."""
_SELDOM_FROM = len(ALWAYS)


def seldom_of(row: Row) -> dict[str, Any]:
    """Name -> value of what was said of `SELDOM`."""
    return {SELDOM[row[at]]: row[at + 1] for at in range(_SELDOM_FROM, len(row), 2)}
