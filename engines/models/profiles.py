"""What is known of models and servers before anybody asks them: one table by name, one by server.

What a server then shows to be otherwise is kept in its `Dialect`, which goes before this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

ToolForm = Literal["strict", "loose", "typed", "none"]
"""How tools are offered: with schemas that bind the model, with such that guide it, with plain types alone,
or not at all."""
TOOL_FORMS: tuple[ToolForm, ...] = ("strict", "loose", "typed", "none")
Wording = Literal["chat", "responses"]
"""Which of OpenAI's two protocols is spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a model can do where it is served."""

    tools: ToolForm = "none"
    wording: Wording = "chat"
    context_tokens: int | None = None
    """Prompt and reply together; None: it depends on the server."""
    sees_images: bool | None = None
    """None: it depends on the server."""

    @property
    def is_known(self) -> bool:
        """Whether nothing is left to be found out by a greeting."""
        return self.context_tokens is not None and self.sees_images is not None


@dataclass(frozen=True, slots=True)
class _Model:
    name: str
    """Pattern of the beginning of a model's name, in lower case, without the maker's in front of it."""
    context_tokens: int
    wording: Wording = "chat"
    """What the maker's own server wants."""


_MODELS = (
    _Model(r"claude", 200_000),
    _Model(r"gpt-[5-9].*chat", 128_000),
    # With tools, these are refused in chat completions: "use /v1/responses".
    _Model(r"gpt-[5-9]", 400_000, "responses"),
    _Model(r"gpt-4\.1", 1_047_576),
    _Model(r"gpt-4o", 128_000),
    _Model(r"o(1|3|4-mini)(-(?!mini)|$)", 200_000, "responses"),
    _Model(r"gemini-[2-9]", 1_048_576),
)
"""Models that only their makers serve, so that the name says all. All of them see
and call tools."""


@dataclass(frozen=True, slots=True)
class _Server:
    host: str
    """Pattern of the end of its host name; "" for one that is known by its own word."""
    owned_by: str
    """What its list of models says of who serves them; "" for one that is known by its host."""
    tools: ToolForm
    is_maker: bool = False
    """Whether it wants the wording that the table of models names."""


_SERVERS = (
    _Server(r"(^|\.)api\.openai\.com", "", "strict", is_maker=True),
    _Server(r"(^|\.)api\.anthropic\.com", "", "strict"),
    _Server(r"(^|\.)googleapis\.com", "", "typed"),
    _Server("", "vllm", "loose"),
)


def profile_of(base_url: str, model: str, owned_by: str = "", *, tool_calls: bool | None = None) -> Profile:
    """What is known of a model at an address.

    Args:
        owned_by: What the server's list of models says of who serves it; "" where nobody asked.
        tool_calls: Whether tools are to be offered; None: as is known.
    """
    host = urlsplit(base_url).hostname or ""
    name = model.lower().rpartition("/")[2]
    known = next((each for each in _MODELS if re.match(each.name, name)), None)
    server = next(
        (
            each
            for each in _SERVERS
            if (each.host and re.search(each.host + r"$", host))
            or (each.owned_by and each.owned_by == owned_by.lower())
        ),
        None,
    )
    tools: ToolForm = server.tools if server else "loose" if known else "none"
    if tool_calls is not None:
        tools = "none" if not tool_calls else "loose" if tools == "none" else tools
    if known is None:
        return Profile(tools=tools)
    return Profile(
        tools=tools,
        wording=known.wording if server is not None and server.is_maker else "chat",
        context_tokens=known.context_tokens,
        sees_images=True,
    )
