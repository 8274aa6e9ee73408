"""How servers of the same protocol differ, and what to leave out when one of them rejects a request.

Every server starts with everything. What it rejects is left out the next time, and what worked is
remembered for the endpoint and model, for as long as the process lives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from engines.models.profiles import TOOL_FORMS, ToolForm, Wording

Form = Literal["json_schema", "json_object", "plain"]
FORMS: tuple[Form, ...] = ("json_schema", "json_object", "plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a server understands."""

    form: Form = "json_schema"
    """How the shape of the reply is asked for; `plain`: only in the prompt."""
    tools: ToolForm | None = None
    """How tools are offered; None: as the profile says."""
    wording: Wording | None = None
    """Which of OpenAI's protocols is spoken; None: as the profile says."""
    max_images: int | None = None
    """Pictures in one request; None: any number; 0: none, the model is blind."""
    system_role: bool = True
    """False: the system message is put in front of the first user message."""
    temperature: bool = True
    thinking_back: bool = True
    """Whether signed thinking is sent back with old replies."""
    stream: bool = True
    """False: a reply is asked for in one piece."""
    stream_usage: bool = True
    max_tokens_key: str = "max_tokens"
    most_reply_tokens: int | None = None
    """The greatest limit of a reply that is taken; None: any."""


_MAX_IMAGES = re.compile(r"at most (\d+) image", re.IGNORECASE)
_REPLY_LIMIT = re.compile(
    r"max[_ -]?(?:completion|output|new)?[_ -]?tokens|max(?:imum)? tokens|(?:completion|output) tokens",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?P<below>(?:lower|less|smaller) than (?!or)|below |< ?(?!=))?(?<![\w.-])`?"
    r"(?P<number>\d[\d,_]*)(?![\w-]|\.\d)"
    r"`?(?P<exclusive> \(exclusive\))?",
    re.IGNORECASE,
)
_SMALLEST_REPLY = 16
"""Tokens; a smaller number in an error is no limit that a reply could have."""
_USUAL_LIMIT = 4096
"""Tokens; tried where a limit is refused and no other is named."""
_TOO_MANY = re.compile(
    r"too (?:large|big|high|many)|exceed|at most|maximum|less than|(?:\bis|not|not be|n't be) greater than",
    re.IGNORECASE,
)
"""Of a limit that "must be greater than" something, it says the contrary."""
_RENAMED_LIMIT = re.compile(r"max_completion_tokens", re.IGNORECASE)
_OTHER_WORDING = re.compile(r"/v1/responses|responses api", re.IGNORECASE)
_NO_TOOLS = re.compile(
    r"enable-auto-tool-choice|tool-call-parser|--jinja"
    r"|not support\w*\W+(?:\w+\W+){0,3}(?:tools?|functions?)\b"
    r"|\b(?:tools?|functions?)\W+(?:\w+\W+){0,4}(?:not supported|unsupported)",
    re.IGNORECASE,
)
"""Tools in whatever form are refused: vLLM and llama.cpp as they start, and models without them."""
_ABOUT = {
    "max_tokens": re.compile(r"max_(completion_)?tokens", re.IGNORECASE),
    "stream_usage": re.compile(r"stream_options|include_usage", re.IGNORECASE),
    "stream": re.compile(r"\bstream(?:ing|ed)?\b", re.IGNORECASE),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
    "thinking": re.compile(r"thinking|signature", re.IGNORECASE),
    "tools": re.compile(r"tool|function|grammar|strict|schema|parameters", re.IGNORECASE),
    "system": re.compile(
        r"system.{0,12}role|role.{0,12}system|must alternate|unexpected role", re.IGNORECASE
    ),
    "images": re.compile(
        r"image|vision|multi-?modal|mmproj|unmarshal array|content.{0,40}(must|should) be .{0,12}str",
        re.IGNORECASE,
    ),
    "form": re.compile(
        r"response_format|output_config|json_schema|json_object|json.?mode|structured|grammar|guided|schema",
        re.IGNORECASE,
    ),
}


def lesser(
    dialect: Dialect,
    message: str,
    *,
    forms: tuple[Form, ...],
    has_images: bool,
    asked_tokens: int,
    has_tools: bool = False,
    blindly: bool = True,
) -> Dialect | None:
    """The dialect to try after this rejection; None where nothing is left to leave out.

    What the message speaks of is left out first. A message that names nothing known costs a try of
    each thing in turn, where `blindly`: the shape of the reply, then pictures, then the rest.

    Args:
        dialect: What was spoken, nothing of it left to the profile.
        asked_tokens: The limit of the reply that was asked for.
    """
    fewer = reply_limit_in(message, asked_tokens)
    if fewer is not None:
        return replace(dialect, most_reply_tokens=fewer)
    limit = _MAX_IMAGES.search(message)
    if limit and has_images and (dialect.max_images is None or dialect.max_images > int(limit.group(1))):
        return replace(dialect, max_images=int(limit.group(1)))
    if has_tools and dialect.wording == "chat" and _OTHER_WORDING.search(message):
        return replace(dialect, wording="responses")
    if has_tools and _NO_TOOLS.search(message):
        return replace(dialect, tools="none")
    # With tools no form is asked for, and without them there are none to be left out.
    left_out = "form" if has_tools else "tools"
    for name, pattern in _ABOUT.items():
        without = _without(dialect, name, message, forms, has_images) if name != left_out else None
        if without is not None and pattern.search(message):
            return without
    for name in ("tools", "form", "images", "stream_usage", "system", "stream") if blindly else ():
        without = _without(dialect, name, message, forms, has_images) if name != left_out else None
        if without is not None:
            return without
    return None


def reply_limit_in(message: str, asked_tokens: int) -> int | None:
    """The most tokens that a reply may have, by an error that refuses the limit that was asked for.

    None where the error is about something else. Where it names no smaller number, a usual limit.
    """
    if not _REPLY_LIMIT.search(message) or re.search(
        r"unsupported|not supported|instead\.?$", message, re.IGNORECASE
    ):
        return None
    found = [
        int(re.sub(r"[,_]", "", each["number"])) - bool(each["below"] or each["exclusive"])
        for each in _NUMBER.finditer(message)
    ]
    fewer = [number for number in found if _SMALLEST_REPLY <= number < asked_tokens]
    if fewer:
        return max(fewer)
    return _USUAL_LIMIT if _TOO_MANY.search(message) and asked_tokens > _USUAL_LIMIT else None


def room_in(message: str, asked_tokens: int) -> int | None:
    """The tokens that are left for a reply, by an error that says how long prompt and context are.

    None where it does not say, or where too little is left.
    """
    for pattern in _ROOMS:
        if found := pattern.search(message):
            context, prompt = int(found["context"]), int(found["prompt"])
            room = context - prompt
            return room if _LEAST_ROOM <= room < asked_tokens else None
    return None


_LEAST_ROOM = 256
"""Tokens; in fewer no reply could be said, so that the prompt has to be shortened."""
_ROOMS = (
    re.compile(r"\d+ ?> ?(?P<context>\d+) ?- ?(?P<prompt>\d+)"),
    re.compile(r"(?P<prompt>\d+) ?\+ ?\d+ ?> ?(?P<context>\d+)"),
    re.compile(
        r"maximum context length is (?P<context>\d+).{0,80}?\((?P<prompt>\d+) in the messages", re.DOTALL
    ),
    re.compile(
        r"maximum context length is (?P<context>\d+).{0,120}?\(?(?P<prompt>\d+) (?:of text |in the |input )",
        re.DOTALL,
    ),
)


def next_form(form: Form, forms: tuple[Form, ...]) -> Form | None:
    """The next rung of the ladder among those the protocol has; None at its foot."""
    below = FORMS[FORMS.index(form) + 1 :]
    return next((each for each in below if each in forms), None)


def _without(
    dialect: Dialect, name: str, message: str, forms: tuple[Form, ...], has_images: bool
) -> Dialect | None:
    """The dialect without one thing; None where it is left out already."""
    if name == "form":
        below = next_form(dialect.form, forms)
        return replace(dialect, form=below) if below else None
    if name == "tools":
        looser = TOOL_FORMS[TOOL_FORMS.index(dialect.tools or "none") + 1 :]
        return replace(dialect, tools=looser[0]) if looser else None
    if name == "images":
        return replace(dialect, max_images=0) if has_images and dialect.max_images != 0 else None
    if name == "max_tokens":
        renamed = _RENAMED_LIMIT.search(message) and dialect.max_tokens_key == "max_tokens"
        return replace(dialect, max_tokens_key="max_completion_tokens") if renamed else None
    if name == "stream_usage":
        return replace(dialect, stream_usage=False) if dialect.stream_usage else None
    if name == "stream":
        return replace(dialect, stream=False) if dialect.stream else None
    if name == "temperature":
        return replace(dialect, temperature=False) if dialect.temperature else None
    if name == "thinking":
        return replace(dialect, thinking_back=False) if dialect.thinking_back else None
    return replace(dialect, system_role=False) if dialect.system_role else None


class Memory:
    """What is known of endpoints: one for a process, or one of its own for a test."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Dialect] = {}
        self._met: set[tuple[str, str]] = set()

    def of(self, endpoint: str, model: str) -> Dialect:
        """What worked there last, or everything."""
        return self._known.get((endpoint, model), Dialect())

    def learn(self, endpoint: str, model: str, dialect: Dialect) -> None:
        """Keep what has just worked."""
        self._known[endpoint, model] = dialect

    def meet(self, endpoint: str, model: str) -> bool:
        """Whether this is the first time; from now on it is not."""
        first = (endpoint, model) not in self._met
        self._met.add((endpoint, model))
        return first


PROCESS = Memory()
"""Shared by all runs of a process, so that a dialect is found out once and not by every run."""
