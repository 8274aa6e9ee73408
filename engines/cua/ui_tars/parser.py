"""A reply of the model's: what it thought, and which calls it ends with.

Thought and action are marked by words that also occur inside of both. The last `Action:` that calls
stand behind is the one that counts; one inside of a text that a call types is none, and what comes after a
further `Thought:` is a turn that the model only imagines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from browser.model.text import cut, without_lone_surrogates
from engines.action_codec.reply_error import ReplyError
from engines.cua.ui_tars.calls import Call, calls_at
from engines.cua.ui_tars.names import KNOWN


@dataclass(frozen=True, slots=True)
class Said:
    """One reply, read."""

    thought: str
    calls: tuple[Call, ...]


_ACTION = re.compile(r"\**\bActions?(?:\s*\d+)?\**\s*[:：]\**", re.IGNORECASE)
_THOUGHT = re.compile(r"(?:^|\n)\s*(?:<\|im_start\|>|\**Thought\**\s*[:：])", re.IGNORECASE)
_BARE = re.compile(rf"(?:^|(?<=[\s`>]))(?={'|'.join(map(re.escape, KNOWN))}\s*\()", re.IGNORECASE)
_CONTROL = re.compile(r"<\|(?:im_end|im_start|endoftext)\|>(?:assistant\b)?")
_THINKING = r"(?:[\w:]*think\w*|thoughts?|reasoning|reflection)"
_THINKING_ENDS = re.compile(rf"</{_THINKING}>", re.IGNORECASE)
_MARKS = re.compile(
    rf"</?{_THINKING}>|\**\b(?:Thoughts?|Thinking|Reflection|Action[_ ]Summary)\**\s*[:：]\**", re.IGNORECASE
)
_XML_BEGINS = re.compile(r"(?:<[\w:]*tool_call\w*>\s*)?<function[=\s]")
_NEVER_USED = re.compile(r"(</?[\w:]+?)_never_used_\w+")
"""What some checkpoints write behind the name of a tag, so that no other text holds it."""
_SHORT_LOOP = re.compile(r"(.{1,40}?)\1{15,}\s*$", re.DOTALL)
_LONG_LOOP = re.compile(r"(.{41,300}?)\1{3,}\s*$", re.DOTALL)


def parsed(text: str) -> Said:
    """Read a reply.

    Raises:
        ReplyError: It calls nothing; the message says to the model what is missing.
    """
    text = _NEVER_USED.sub(r"\1", without_lone_surrogates(text))
    body = text[max((end.end() for end in _THINKING_ENDS.finditer(text)), default=0) :]
    found = _labelled(body) or _unlabelled(body)
    if found is None:
        raise ReplyError(_missing(text))
    thought, calls = found
    return Said(_without_marks(f"{text[: len(text) - len(body)].rstrip()}\n{thought.lstrip()}"), calls)


def repeated(text: str) -> str:
    """What a reply repeats without end, as broken weights and overrun servers do; "" where it does not."""
    tail = text[-3000:]
    loop = _SHORT_LOOP.search(tail) or _LONG_LOOP.search(tail)
    return (loop[1].strip() or loop[1]) if loop else ""


def _labelled(text: str) -> tuple[str, tuple[Call, ...]] | None:
    best: tuple[str, tuple[Call, ...]] | None = None
    behind = 0
    for label in _ACTION.finditer(text):
        if label.start() < behind:
            continue
        calls, end = calls_at(text, label.end())
        if not calls:
            continue
        if best is not None and _THOUGHT.search(text, behind, label.start()):
            break
        best, behind = (text[: label.start()], calls), end
    return best


def _unlabelled(text: str) -> tuple[str, tuple[Call, ...]] | None:
    if (begun := _XML_BEGINS.search(text)) is not None:
        return text[: begun.start()], calls_at(text, begun.start()).calls
    for begun in _BARE.finditer(text):
        calls, _ = calls_at(text, begun.start())
        if calls:
            return text[: begun.start()], calls
    return None


def _without_marks(text: str) -> str:
    lines = _MARKS.sub("", _CONTROL.sub("", text)).strip(" \t\r\n`*").splitlines()
    return "\n".join(line.strip() for line in lines)


def _missing(text: str) -> str:
    unit = repeated(text)
    if unit:
        return f"the reply only repeats {cut(unit, 40, '')!r}"
    if not _without_marks(text):
        return "the reply is empty"
    return "there is no action in it; end with a line such as Action: click(start_box='(x,y)')"
