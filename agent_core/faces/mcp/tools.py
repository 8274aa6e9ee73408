"""What every tool of the server shares: how it answers, how it fails, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ContentBlock, TextContent, ToolAnnotations

from agent_core import START_ERRORS


@contextmanager
def told_to_the_host() -> Iterator[None]:
    """Turn what cannot be done into an answer that the host's model reads."""
    try:
        yield
    except START_ERRORS as error:
        raise ToolError(str(error)) from error


def answer_of(said: dict[str, Any], *further: ContentBlock) -> CallToolResult:
    """An answer with fields: as text for the model, and as data for a host that reads those."""
    text = TextContent(text=json.dumps(said, ensure_ascii=False, indent=1))
    return CallToolResult(content=[text, *further], structured_content=said)


def text_of(text: str, *further: ContentBlock) -> CallToolResult:
    """An answer that is only text."""
    return CallToolResult(content=[TextContent(text=text), *further])


def looks_only(title: str, *, web: bool = False) -> ToolAnnotations:
    """A tool that changes nothing.

    Args:
        web: Whether what it says comes from pages.
    """
    return ToolAnnotations(title=title, read_only_hint=True, open_world_hint=web)


def acts(title: str, *, destructive: bool, web: bool, idempotent: bool = False) -> ToolAnnotations:
    """A tool that does something.

    Args:
        destructive: Whether it may change what is there, in the web or here.
        web: Whether it has to do with pages.
        idempotent: Whether doing it twice is like doing it once.
    """
    return ToolAnnotations(
        title=title,
        read_only_hint=False,
        destructive_hint=destructive,
        idempotent_hint=idempotent,
        open_world_hint=web,
    )
