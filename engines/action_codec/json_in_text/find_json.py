"""What of a model's text is its answer.

Thinking is not, prose is not, and neither is something in JSON that the model only speaks of: a page
can hold a text that looks like an action, and a model that quotes it must not be taken at its word.
"""

from __future__ import annotations

import html
import json
import re
from itertools import islice, pairwise
from typing import Any

from browser.model.text import without_lone_surrogates
from engines.action_codec.json_in_text.normalise import Call, written_calls
from engines.action_codec.json_in_text.repair_json import Span, decoded, spans, strict
from engines.action_codec.reply_error import ReplyError

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"), None)
_SPECIAL_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")


def answer_in(text: str) -> Any:
    """The value that a reply holds: an object, or a list of objects or calls.

    Raises:
        ReplyError: There is none, or more than one, or it is only spoken of.
    """
    text = without_lone_surrogates(text).translate(_INVISIBLE).strip()
    if not text:
        raise ReplyError("the reply is empty; answer with one JSON object")
    whole = strict(text)
    if whole is not None:
        return whole
    if len(_OPENINGS.findall(text)) > _MOST_OPENINGS:
        raise ReplyError("the reply repeats the marks of thinking or of calls; answer with one JSON object")
    text = _without_thinking(text)
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    called = _tool_calls(text)
    if called:
        _refuse_quotation(text, _marked_part(text))
        return called
    quoted = _json_string(text)
    if quoted is not None:
        return quoted
    return _among_prose(_plain_spaces(text))


_OPENINGS = re.compile(
    r"<(?:think|thought|reason|reflect|tool_|function|(?:\w{1,20}:)?invoke|(?:\w{1,20}:)?parameter|[|｜])"
    r"|◁think|\[THINK|\[TOOL_CALLS|^Action:",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_OPENINGS = 128
"""Marks in one reply. Each is followed to the end of the text, so that many more would take seconds."""


def _plain_spaces(text: str) -> str:
    """Special spaces between the parts of JSON break it; inside of strings they are left alone."""
    return (
        text
        if strict(text) is not None
        else re.sub(
            r"(?<=[{}\[\],:])[\u00a0\u202f\u2009\s]+|[\u00a0\u202f\u2009\s]+(?=[{}\[\],:])",
            lambda found: found.group().translate(_SPECIAL_SPACES),
            text,
        )
    )


_THINKING = re.compile(
    r"<(think|thinking|thought|reasoning|reflection)>.*?</\1>"
    r"|◁think▷.*?◁/think▷|\[THINK\].*?\[/THINK\]"
    r"|<\|channel\|>analysis<\|message\|>.*?(?:<\|end\|>|(?=<\|start\|>|<\|channel\|>))",
    re.DOTALL | re.IGNORECASE,
)
_THINKING_ENDS = re.compile(
    r"^.*(?:</(?:think|thinking|thought|reasoning|reflection)>|◁/think▷|\[/THINK\])",
    re.DOTALL | re.IGNORECASE,
)
_THINKING_BEGINS = re.compile(
    r"(?:<(?:think|thinking|thought|reasoning|reflection)>|◁think▷|\[THINK\]"
    r"|<\|channel\|>analysis<\|message\|>).*$",
    re.DOTALL | re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"<\|start\|>\w*|<\|channel\|>(?:final|commentary)(?![^<]*to=)[^<]*|<\|message\|>|<\|(?:end|return|im_end|eot_id|endoftext)\|>"
)


def _without_thinking(text: str) -> str:
    without = _THINKING.sub("", text)
    # A server may have eaten the tag that begins the thinking, or a limit the one that ends it.
    without = _THINKING_ENDS.sub("", without)
    without = _THINKING_BEGINS.sub("", without)
    if "<|channel|>" not in without or "to=" not in without:
        without = _CHANNEL.sub("", without)
    if not without.strip():
        raise ReplyError("the reply holds nothing but thinking; end it with the JSON object")
    return without.strip()


# Tool calls as text, in the dialects that models were trained on.

_TAGGED = re.compile(r"<(tool_call|function_call|tool_use)>\s*(.*?)\s*(?:</\1>|\Z)", re.DOTALL)
_FUNCTION_TAG = re.compile(r"<function=(\w+)>(.*?)(?:</function>|\Z)", re.DOTALL)
_PARAMETER_TAG = re.compile(r"<parameter=(\w+)>\n?(.*?)\n?</parameter>", re.DOTALL)
_INVOKE = re.compile(r"<(?:\w+:)?invoke name=\"(\w+)\">(.*?)</(?:\w+:)?invoke>", re.DOTALL)
_INVOKE_PARAMETER = re.compile(
    r"<(?:\w+:)?parameter name=\"(\w+)\"[^>]*>(.*?)</(?:\w+:)?parameter>", re.DOTALL
)
_MARKED = re.compile(r"(?:\[TOOL_CALLS\]|<\|python_tag\|>|<\|tool_call\|>)\s*(?P<json>[\[{].*)", re.DOTALL)
_MARKED_NAME = re.compile(r"\[TOOL_CALLS\]\s*(\w+)\s*(?:\[ARGS\])?\s*(\{.*)", re.DOTALL)
_KIMI = re.compile(
    r"<\|tool_call_begin\|>\s*(?:functions\.)?(\w+)(?::\d+)?\s*<\|tool_call_argument_begin\|>(.*?)<\|tool_call_end\|>",
    re.DOTALL,
)
_DEEPSEEK = re.compile(
    r"<｜tool▁call▁begin｜>(?:function<｜tool▁sep｜>)?(\w+)\s*(.*?)<｜tool▁call▁end｜>", re.DOTALL
)
_HARMONY = re.compile(r"to=(?:functions\.)?(\w+)[^{]*(\{.*?\})\s*(?:<\|call\|>|\Z)", re.DOTALL)
_REACT = re.compile(
    r"^Action:[ \t]*`?(\w+)`?[ \t]*\n+Action[ _]Input:[ \t]*(\{.*?\}|[^\n]*)[ \t]*(?=\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_REACT_CALL = re.compile(r"^Action:[ \t]*(\w+\(.*\))[ \t]*$", re.MULTILINE)


def _tool_calls(text: str) -> list[Any]:
    found: list[Any] = []
    for _, inner in _TAGGED.findall(text):
        if _FUNCTION_TAG.search(inner):
            continue
        found += [decoded(span.text, complete=span.complete) for span in spans(inner)]
    for name, inner in _FUNCTION_TAG.findall(text):
        found.append(Call(name, {key: value.strip() for key, value in _PARAMETER_TAG.findall(inner)}))
    for name, inner in _INVOKE.findall(text):
        found.append(
            Call(name, {key: html.unescape(value) for key, value in _INVOKE_PARAMETER.findall(inner)})
        )
    for pattern in (_KIMI, _DEEPSEEK, _MARKED_NAME):
        for name, inner in pattern.findall(text):
            found.append(_named_call(name, inner))
    if not found:
        for name, inner in _HARMONY.findall(text) if "<|channel|>" in text else ():
            found.append(_named_call(name, inner))
        marked = _MARKED.search(text)
        if marked:
            span = next(spans(marked.group("json")), None)
            value = decoded(span.text, complete=span.complete) if span else []
            found += value if isinstance(value, list) else [value]
    return found or _react(text) or list(written_calls(text))


_MARK = re.compile(
    r"</?(?:\w+:)?(?:tool_calls?|function_calls?|tool_use|function|invoke)\b[^>]*>"
    r"|\[TOOL_CALLS\]|<\|(?:python_tag|tool_call\w*|channel|call)\|>|<｜tool[^>]*>"
)


def _marked_part(text: str) -> Span:
    """From the first mark of a tool call to the last; all of a text without marks."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return Span(text, 0, len(text), complete=True)
    start, end = marks[0].start(), marks[-1].end()
    if not marks[-1].group().startswith("</") and "call" not in marks[-1].group():
        end = len(text)
    return Span(text[start:end], start, end, complete=True)


def _react(text: str) -> list[Any]:
    if not re.match(r"[*_#\s]*(?:Thought|Action)\b", text):
        return []
    found = _REACT.findall(text)
    if len(found) > 1 or (found and "Observation:" in text):
        # What follows an action that was not done yet is made up, the observation and all.
        found = found[:1]
    if found:
        return [_named_call(name, inner) for name, inner in found]
    return [call for each in _REACT_CALL.findall(text)[:1] for call in written_calls(each)]


def _named_call(name: str, arguments: str) -> Call:
    span = next(spans(arguments), None)
    if span is None:
        bare = arguments.strip().strip("\"'`")
        return Call(name, {"": bare} if bare and bare not in ("{}", "None") else {})
    value = decoded(span.text, complete=span.complete)
    if not isinstance(value, dict):
        raise ReplyError(f"the arguments of {name} are not an object")
    return Call(name, value)


def _json_string(text: str) -> Any:
    """JSON that was encoded a second time."""
    if not (text.startswith('"') and text.endswith('"')):
        return None
    try:
        inner = json.loads(text, strict=False)
    except ValueError:
        return None
    return answer_in(inner) if isinstance(inner, str) else None


_FENCE = re.compile(r"```[ \t]*[\w-]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_YAML = re.compile(r"^\s*(?:-\s*)?[\"']?actions?[\"']?\s*:", re.MULTILINE | re.IGNORECASE)


def _among_prose(text: str) -> Any:
    fences = [
        fence for fence in _FENCE.finditer(text) if next(spans(fence[1]), None) or written_calls(fence[1])
    ]
    if len(fences) == 1 and (written := written_calls(fences[0][1])):
        _refuse_quotation(text, Span(fences[0][0], fences[0].start(), fences[0].end(), complete=True))
        return list(written)
    bare = re.sub(r"```[ \t]*[\w-]*", "\n", text)
    found = [span for span in islice(spans(bare), _MOST_SPANS + 1) if _may_be_an_action(span)]
    if len(found) > _MOST_SPANS:
        raise ReplyError("the reply holds too many JSON objects; give one JSON object only")
    if not found:
        if _YAML.search(text):
            raise ReplyError('answer in JSON, not YAML: one object with "thought" and "actions"')
        raise ReplyError("there is no JSON object in the reply; answer with one and nothing else")
    for span in found:
        _refuse_quotation(bare, span)
    values = [decoded(span.text, complete=span.complete) for span in found]
    gaps = [bare[one.end : other.start] for one, other in pairwise(found)]
    return _one_of(values, in_a_row=all(re.fullmatch(r"[\s,;]*", gap) for gap in gaps))


_MOST_SPANS = 64
"""JSON objects beside each other in one reply; a model that writes more has fallen into a loop."""
_NEARBY = 1000
"""Characters around a piece of JSON whose words can make it doubtful."""


def _may_be_an_action(span: Span) -> bool:
    return bool(re.search(r"[\"'“”\w]\s*:", span.text)) or span.text.strip() in ("{}", "[]")


def _one_of(values: list[Any], *, in_a_row: bool) -> Any:
    """One value of several: the same one twice is one; single actions in a row are a list."""
    different = [value for at, value in enumerate(values) if value not in values[:at]]
    if len(different) == 1:
        return different[0]
    if in_a_row and all(isinstance(value, dict) and not _is_envelope(value) for value in different):
        return different
    # A thought in an object of its own before the one with the actions.
    with_actions = [value for value in different if isinstance(value, list) or _is_envelope(value)]
    if len(with_actions) == 1 and all(
        isinstance(value, dict) and set(value) <= {"thought", "thinking", "reasoning"}
        for value in different
        if value is not with_actions[0]
    ):
        return with_actions[0]
    raise ReplyError("the reply holds several different answers; give one JSON object only")


def _is_envelope(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("actions"), list)


_DOUBTFUL = re.compile(
    r"\b(?:not|never|no|n't|cannot|avoid|ignore|ignoring|instead of|rather than|without|wrong|bad"
    r"|example|e\.g|for instance|such as|would|could|might|says|said|reads|shows|contains|asks|tells|told"
    r"|instructs?|instruction|quoted?|injection|pretend|format|template"
    r"|previous(?:ly)?|earlier|last time|if)\b|n['’]t\b",
    re.IGNORECASE,
)


_FORBIDDING = re.compile(
    r"\b(?:do(?:es)? not|don['’]t|never|must ?n[o'’]t|should ?n[o'’]t|will not|won['’]t|avoid|ignor\w*"
    r"|instead of|rather than|examples?|says|said|reads|asks|tells|told|instruct\w*"
    r"|quoted?|injection|pretend)\b",
    re.IGNORECASE,
)
"""What makes even a whole answer at the end of a reply doubtful."""


def _refuse_quotation(text: str, span: Span) -> None:
    """Raise where the words next to a piece of JSON make it doubtful that it is meant."""
    before = text[max(0, span.start - _NEARBY) : span.start].rstrip()
    after = text[span.end : span.end + _NEARBY].strip()
    sentence_before = re.split(r"(?<=[.!?])\s|\n\s*\n", before)[-1]
    sentence_after = re.split(r"(?<=[.!?])\s|\n", after)[0] if after else ""
    in_a_line = bool(re.search(r"\w[\"'`,]?\s*$", before.rsplit("\n", 1)[-1])) and bool(
        re.match(r"[ \t]*[\"'`,.]?[ \t]*\w", text[span.end : span.end + _NEARBY])
    )
    # A whole answer that ends the reply is an answer, also after "the price is not shown yet".
    doubt = _DOUBTFUL if after.strip("`") or '"actions"' not in span.text else _FORBIDDING
    if in_a_line or doubt.search(sentence_before) or doubt.search(sentence_after):
        raise ReplyError(
            "it is not clear whether the JSON in the reply is meant or only spoken of; "
            "answer with the JSON object alone, without words around it"
        )
