"""The question whether a task is met, with all that is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from browser.model.text import cut, quoted
from browser.values.places import is_short, tells_of
from engines.models.tokens import estimated_tokens
from engines.output_spec import Schema
from engines.prompts.asides import output_wanted
from engines.prompts.lines import Line
from engines.prompts.page import PageText, elements_text, page_text
from engines.prompts.templates import fenced, rendered
from engines.prompts.turn import looked_text, results_text
from engines.protocol import Evidence, Goal, ValueRead

_LEAST_OF_PAGE = 200
"""Tokens; in fewer a page on the way would say too little."""
_LONG_VALUE = 40
"""Characters of a text that stands nowhere by chance."""
_LOOKED = 1000
"""Characters of the list of what was looked for."""
_START_TOKENS = 2000
"""The most that the page at the start may take."""
_OTHER_VIEW_TOKENS = 600
"""The most that it may take where it is mostly something else now."""
VERDICT: Schema = {
    "type": "object",
    "properties": {"met": {"type": "boolean"}, "reason": {"type": "string"}},
    "required": ["met", "reason"],
    "additionalProperties": False,
}
"""What is answered to `judge_question`."""


def judge_system(nonce: str) -> str:
    """How the completion check is to be done; `nonce` marks what comes from pages."""
    return rendered(__package__, "system.txt", nonce=nonce, rules=rules())


def rules() -> str:
    """What makes a task met, for whoever is to say so."""
    return rendered(__package__, "rules.txt")


def judge_question(
    goal: Goal, evidence: Evidence, page: PageText, nonce: str, room: int, found: str = ""
) -> str:
    """Whether the goal is met, asked with all that is known.

    Args:
        page: The page now, for a reader who cannot look at it.
        room: Tokens, for what was done, as many for where the output was read, and for the pages on the way.
        found: What was read and checked on earlier pages; "" where nothing was.
    """
    return rendered(
        __package__,
        "question.txt",
        task=goal.text,
        details=output_wanted(goal, nonce),
        work=work_text(evidence, nonce, room, found),
        pages=_pages_between(evidence, nonce, room),
        after=page.text,
        nonce=nonce,
    )


def work_text(evidence: Evidence, nonce: str, room: int, found: str = "") -> str:
    """What is claimed, where the output was read, what was done, and the page at the start.

    Args:
        room: Tokens, for each of these parts.
        found: What was read and checked on earlier pages; "" where nothing was.
    """
    finish = evidence.finish
    output = json.dumps(finish.output, ensure_ascii=False)
    readings = readings_text(evidence.readings, room)
    looked = looked_text(evidence.looked)
    passages = "" if all_found(evidence.readings) or finish.output is None else _passages(evidence, room)
    return rendered(
        __package__,
        "work.txt",
        output=cut(output, room * 3),
        claims="; ".join(finish.evidence) or "none",
        readings=_section("readings.txt", nonce, readings=readings) if readings else "",
        found=_section("found.txt", nonce, found=found) if found else "",
        done=done_text(evidence, room) or "nothing was changed on the page",
        looked=f"\nlooked at in full: {cut(looked, _LOOKED)}" if looked else "",
        passages=_section("passages.txt", nonce, passages=passages) if passages else "",
        before=_start(evidence, min(_START_TOKENS, room)),
        nonce=nonce,
    )


def _passages(evidence: Evidence, room: int) -> str:
    """What was looked at and is not on the page now, newest first: an output may say it in other words."""
    known = {element.ref for element in evidence.after.elements}
    told: list[str] = []
    for answer in reversed(evidence.looked):
        new = [element for element in answer.elements if element.ref not in known]
        known.update(element.ref for element in new)
        text = elements_text(new, evidence.after.url, room).text if new and room > _LEAST_OF_PAGE else ""
        told += [text] if text else []
        room -= estimated_tokens(text)
    return "\n".join(told)


def done_text(evidence: Evidence, room: int) -> str:
    """Every step that acted, with what changed after it; the first and the last where room (tokens) lacks."""
    effects = (*evidence.effects, *[""] * len(evidence.history))
    steps = [
        f"step {number}:\n{results_text(results)}" + (f"\nthen: {effect}" if effect else "")
        for number, (results, effect) in enumerate(zip(evidence.history, effects, strict=False), start=1)
    ]
    kept = list(steps)
    while len(kept) > 2 and sum(map(estimated_tokens, kept)) > room:
        del kept[1]
    if len(kept) < len(steps):
        kept.insert(1, f"({len(steps) - len(kept)} steps are left out here)")
    return cut("\n".join(kept), room * 3)


def readings_text(readings: Sequence[ValueRead], room: int) -> str:
    """Where each value was read, those of one line together; what was found nowhere first."""
    nowhere = [_named(reading) for reading in readings if not reading.url]
    bare = [one for one in readings if one.url and not one.derived and _is_bare(one, readings)]
    lines = [f"on no page word for word: {', '.join(nowhere)}"] if nowhere else []
    if bare:
        lines.append(f"too short to tell where it was read: {', '.join(map(_named, bare))}")
    derived = [reading for reading in readings if reading.url and reading.derived]
    lines += ["worked out from pages, and on none of them as it is:"] if derived else []
    lines += [f"  {reading.pointer or 'the output'}: {reading.line}" for reading in derived]
    lines += _lines([one for one in readings if one.url and not one.derived and one not in bare])
    kept: list[str] = []
    left = room
    for line in lines:
        left -= estimated_tokens(line) + 1
        if left < 0 and kept:
            kept.append(
                f"({len(lines) - len(kept)} more lines have no room here; their values were found, too)"
            )
            break
        kept.append(cut(line, room * 3))
    return "\n".join(kept)


def _lines(readings: Sequence[ValueRead]) -> Iterator[str]:
    """The pages, and below each what was read there."""
    for url, there in groupby(readings, key=lambda reading: reading.url):
        yield f"at {url}"
        for line, alike in groupby(there, key=_line):
            yield f"  {', '.join(reading.pointer or 'the output' for reading in alike)}: {line}"


def _line(reading: ValueRead) -> str:
    """What is told of where a value stands; a long text stands in the output already."""
    said = "word for word" if len(str(reading.value)) >= _LONG_VALUE else quoted(reading.line)
    return f"{said}, below the heading {quoted(reading.section, _LONG_VALUE)}" if reading.section else said


def all_found(readings: Sequence[ValueRead]) -> bool:
    """Whether every value of an output stands on a page itself, where it cannot stand by chance."""
    return bool(readings) and all(
        each.url and not each.derived and not _is_bare(each, readings) for each in readings
    )


def _is_bare(reading: ValueRead, readings: Sequence[ValueRead]) -> bool:
    """Whether a value is a short one of which nothing is known but that it stands somewhere.

    What it is called, or another value, stands beside any that is meant.
    """
    if not is_short(reading.value) or tells_of(reading.line, reading.pointer):
        return False
    return not any(
        other.value != reading.value and (other.url, other.line) == (reading.url, reading.line)
        for other in readings
    )


def _named(reading: ValueRead) -> str:
    return f"{reading.pointer or 'the output'} ({cut(repr(reading.value), 80)})"


def _start(evidence: Evidence, room: int) -> str:
    """The page at the start, as far as it is not the page now."""
    before = page_text(evidence.before, room, looks=False)
    if before == page_text(evidence.after, room, looks=False):
        return "(the same as the page now)"
    now = {_without_refs(line) for line in page_text(evidence.after, 4 * room, looks=False).lines}
    gone = [line.indented for line in before.lines if _without_refs(line) not in now]
    if 2 * len(gone) > len(before.lines):
        # Another view of it is there now, so that the page at the start says little of what was done.
        before = page_text(evidence.before, min(_OTHER_VIEW_TOKENS, room), looks=False)
        gone = [line.indented for line in before.lines if _without_refs(line) not in now]
    if len(gone) == len(before.lines):
        return before.text
    return "\n".join([before.head, "(all other lines are as they are now)", *gone])


def _without_refs(line: Line) -> str:
    """What a line says, whatever its elements are called: another page calls the same ones otherwise."""
    return " ".join(word for word in line.text.split(" ") if word not in line.refs)


def _section(name: str, nonce: str, **said: str) -> str:
    return f"\n{rendered(__package__, name, nonce=nonce, **said)}\n"


def _pages_between(evidence: Evidence, nonce: str, room: int) -> str:
    """The pages on the way, as far as there is room for each of them; "" where nobody asks for them."""
    most = max(1, room // _LEAST_OF_PAGE)
    pages = evidence.pages[-most:]
    if not pages:
        return ""
    texts = "\n\n".join(page_text(page, room // len(pages), looks=False).text for page in pages)
    return f"\nTHE PAGES ON THE WAY\n{fenced(texts, nonce)}\n"
