"""What is different from the page as it was listed last, where that is said in fewer words than the page.

Refs name the same elements from turn to turn, so that lines can be compared by them. What stands in the
older list and is not named here is as it was; its refs can still be used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engines.models.tokens import estimated_tokens
from engines.prompts.lines import Line
from engines.prompts.page import PageText

_WORTH_IT = 300
"""Tokens that must be saved: a list that is whole is easier to read."""
_MOST_GONE = 40


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between two lists of a page."""

    text: str
    refs: frozenset[str]
    """Those of the older list that are still there, and the new ones."""


def changes(before: PageText, now: PageText) -> Changes | None:
    """What is new, changed and gone; None where the whole page is the better answer.

    Args:
        before: What the reader knows: the page as it was listed, with all changes since.
        now: The page as it is, within its budget.
    """
    known = {line.ref: line for line in before.lines}
    listed = {line.ref for line in now.lines}
    gone = frozenset(_gone(before.lines, now))
    parts = [now.head, "The page is as it was listed last, but for this:"]
    changed = [line.text for line in now.lines if line.ref in known and known[line.ref].text != line.text]
    if changed:
        parts += ["changed:", *changed]
    parts += _new(now.lines, known)
    if gone:
        parts.append(f"gone: {_shortened(sorted(gone, key=_number))}")
    if len(parts) == 2:
        parts[1] = "The page is as it was listed last; nothing in it changed."
    text = "\n".join(parts)
    whole = estimated_tokens(now.text)
    if estimated_tokens(text) > min(whole - _WORTH_IT, whole // 2) or not known.keys() & listed:
        return None
    return Changes(text, (before.refs - gone) | now.refs)


def known_after(before: PageText, now: PageText, found: Changes) -> PageText:
    """What the reader knows once it has been told the changes."""
    listed = {line.ref for line in now.lines}
    older = tuple(line for line in before.lines if line.ref not in listed and line.ref in found.refs)
    return PageText(now.text, found.refs, now.head, (*now.lines, *older))


def _gone(before: Sequence[Line], now: PageText) -> Iterator[str]:
    """Refs that are gone; elements that the budget may have left out are not counted."""
    partly = any(line.text.startswith(f"{line.ref} note:") for line in now.lines)
    listed = {ref for line in now.lines for ref in line.refs}
    for line in before:
        if line.in_view or not partly:
            yield from line.refs - listed


def _new(lines: Sequence[Line], known: dict[str, Line]) -> Iterator[str]:
    """Lines that were not there, each run of them after the line it follows."""
    last = ""
    running = False
    for line in lines:
        if line.ref in known:
            running = False
        else:
            if not running:
                yield f"new, after {last}:" if last else "new, at the top:"
            running = True
            yield line.indented
        last = line.ref


def _shortened(refs: Sequence[str]) -> str:
    more = len(refs) - _MOST_GONE
    return ", ".join(refs[:_MOST_GONE]) + (f" and {more} more" if more > 0 else "")


def _number(ref: str) -> tuple[int, str]:
    digits = "".join(letter for letter in ref.partition("e")[2] if letter.isdigit())
    return (int(digits or 0), ref)
