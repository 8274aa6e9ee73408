"""Which kind of reply a request asks for, for fake models that have to know what they are asked.

It is read from the JSON form that a prompt ends with, which our parsers read the reply by. The sentences of a
prompt may be reworded without a fake model having to know.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["verdict", "plan", "rows", "actions", "other"]
REFUSED = "was not accepted"

_FORM = re.compile(r'\{"(met|known|items|thought)": ?(?:\.\.\.|\[)')
_KINDS: dict[str, Kind] = {"met": "verdict", "known": "plan", "items": "rows", "thought": "actions"}


def reply_wanted(prompt: str) -> Kind:
    """The kind of reply that the last form in this text stands for."""
    forms = _FORM.findall(prompt)
    return _KINDS[forms[-1]] if forms else "other"


def fenced_in(prompt: str) -> list[str]:
    """The texts of pages in this text, in order: what stands between the marks that no page knows."""
    return [inside for _, inside in re.findall(r"<page (\w+)>\n(.*?)\n</page \1>", prompt, re.DOTALL)]


def is_refused(prompt: str) -> bool:
    """Whether it says that the last reply could not be used: the one sentence that fakes know."""
    return REFUSED in prompt


def asks_for_a_call(prompt: str) -> bool:
    """Whether it asks for a thought and a call, as UI-TARS gives them, and not for JSON."""
    return re.search(r"^Action: \.\.\.$", prompt, re.MULTILINE) is not None
