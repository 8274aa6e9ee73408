"""Which computer tool a model takes, in which words, and how large its pictures may be.

Sources (November 2026): Anthropic's pages on the computer toolset, on earlier tool versions, and on the
coordinates of pictures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.cua.shared.sight import Sight
from engines.errors import EngineUnavailable
from engines.prompts.pictures import SMALLEST, Limits

TOOLSET = "computer_toolset_20260801"
BROWSER = "browser_toolset_20260801"
"""The toolset for web pages, which names elements by ref; a setting, never taken by itself."""
_TOOLSETS = {TOOLSET: "computer", BROWSER: "browser"}
_BETAS = {"computer_20251124": "computer-use-2025-11-24", "computer_20250124": "computer-use-2025-01-24"}
_OLDER = re.compile(r"(opus-4-[567]|sonnet-4-6)(?!\d)")
_OLDEST = re.compile(r"(sonnet-4-5|haiku-4-5|opus-4-1)(?!\d)")
_SMALL_PICTURES = re.compile(r"claude-3|(sonnet|haiku)-4|opus-4-[0-6](?!\d)|(sonnet|opus)-4-20")
HIGH = Limits(long_edge_px=1920, patches=3600)
"""The limit is 2576 and 4784; more than 1920 by 1080 is slower and no more exact."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one model is spoken to."""

    tool: str
    """Type of the computer tool."""
    betas: tuple[str, ...]
    """Beta headers that it needs; none for the toolset."""
    limits: Limits

    @property
    def toolset(self) -> str:
        """The toolset's name in calls and their answers; "" for the single tool of older models."""
        return _TOOLSETS.get(self.tool, "")

    @property
    def reads_pages(self) -> bool:
        """Whether the model is told elements and text, and not only shown pictures."""
        return self.tool == BROWSER

    def declared(self, sight: Sight) -> dict[str, Any]:
        """The tool, as a request names it."""
        if self.toolset:
            return {"type": self.tool}
        size = {"display_width_px": sight.picture.width_px, "display_height_px": sight.picture.height_px}
        zoom = {"enable_zoom": True} if self.tool == "computer_20251124" else {}
        return {"type": self.tool, "name": "computer", **size, **zoom}


def dialect_of(model: str, extra_body: Mapping[str, Any]) -> Dialect:
    """What is known of a model by its name, unless the settings name the tool.

    Raises:
        EngineUnavailable: The settings name a tool that is none of ours.
    """
    tool = _named(extra_body) or _usual(model)
    beta = _BETAS.get(tool)
    limits = SMALLEST if _SMALL_PICTURES.search(model) else HIGH
    return Dialect(tool, (beta,) if beta else (), limits)


def _usual(model: str) -> str:
    if _OLDEST.search(model):
        return "computer_20250124"
    return "computer_20251124" if _OLDER.search(model) else TOOLSET


def _named(extra_body: Mapping[str, Any]) -> str:
    tools = extra_body.get("tools")
    if not tools:
        return ""
    first = tools[0] if isinstance(tools, list) else tools
    named = str(first.get("type")) if isinstance(first, Mapping) else str(first)
    known = (*_TOOLSETS, *_BETAS)
    if named not in known:
        raise EngineUnavailable(
            f"engine 'anthropic-cua' knows no tool {named!r}: name one of {', '.join(known)}"
        )
    return named
