"""Tools in the three protocols, as a server has them: calls, results, and what it rejects."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Call = Mapping[str, Any]
"""As `providers.call` makes it."""


def chat_call(call: Call) -> dict[str, Any]:
    """A call of a whole chat completion."""
    identity = {"id": call["id"]} if call["id"] else {}
    function = {"name": call["name"], "arguments": call["arguments"]}
    return {**identity, "type": "function", "function": function, **call["more"]}


def chat_pieces(index: int, call: Call) -> list[dict[str, Any]]:
    """The pieces of a streamed one: name and id first, then its arguments in two."""
    whole = chat_call(call)
    written = whole["function"]["arguments"]
    middle = len(written) // 2
    begun = {**whole, "index": index, "function": {"name": call["name"], "arguments": ""}}
    pieces = [
        {"index": index, "function": {"arguments": part}} for part in (written[:middle], written[middle:])
    ]
    return [begun, *pieces]


def talk_of(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """The roles in turn; results, and the message of the user behind them, count as one."""
    talk: list[str] = []
    before = ""
    for message in messages:
        role = message["role"]
        if role != "system" and not (before == "tool" and role in ("tool", "user")):
            talk.append("user" if role == "tool" else role)
        before = role
    return talk


def unanswered(path: str, body: Mapping[str, Any]) -> list[str]:
    """Calls without a result right behind them, results without a call, and ids that occur twice."""
    turns = _anthropic_turns(body) if path.endswith("/messages") else _chat_turns(body)
    problems = [f"calls {calls} are answered by {results}" for calls, results in turns if calls != results]
    often = Counter(each for calls, _ in turns for each in calls)
    problems += [f"{identity} is the id of {times} calls" for identity, times in often.items() if times > 1]
    return problems


def _chat_turns(body: Mapping[str, Any]) -> list[tuple[list[str], list[str]]]:
    turns: list[tuple[list[str], list[str]]] = []
    for message in body.get("messages", ()):
        if message["role"] == "tool":
            turns[-1][1].append(message["tool_call_id"])
        else:
            for call in message.get("tool_calls", ()):
                json.loads(call["function"]["arguments"])
            turns.append(([call["id"] for call in message.get("tool_calls", ())], []))
    return turns


def _anthropic_turns(body: Mapping[str, Any]) -> list[tuple[list[str], list[str]]]:
    turns: list[tuple[list[str], list[str]]] = [([], [])]
    for message in body.get("messages", ()):
        blocks = message["content"] if isinstance(message["content"], list) else []
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        first = [block["tool_use_id"] for block in blocks[: len(results)] if block["type"] == "tool_result"]
        turns[-1][1].extend(first)
        turns.append(([block["id"] for block in blocks if block["type"] == "tool_use"], []))
    return turns


def results_of(path: str, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Id and text of every result in a request."""
    if path.endswith("/responses"):
        return [
            (item["call_id"], item["output"])
            for item in body["input"]
            if item["type"] == "function_call_output"
        ]
    if path.endswith("/messages"):
        blocks = [block for message in body["messages"] for block in message["content"]]
        return [(each["tool_use_id"], each["content"]) for each in blocks if each["type"] == "tool_result"]
    return [(each["tool_call_id"], each["content"]) for each in body["messages"] if each["role"] == "tool"]


def messages_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a request for a response, the system's first."""
    system = [{"role": "system", "content": body["instructions"]}] if body.get("instructions") else []
    said = [item for item in body["input"] if item["type"] == "message"]
    return [*system, *({"role": item["role"], "content": item["content"]} for item in said)]


def responses_problems(body: Mapping[str, Any]) -> list[str]:
    """What the endpoint of responses would reject."""
    problems = [f"responses: no {name}" for name in ("model", "input") if not body.get(name)]
    waiting: list[str] = []
    thought = False
    for item in body.get("input", ()):
        match item["type"]:
            case "function_call":
                json.loads(item["arguments"])
                waiting.append(item["call_id"])
                if "id" in item and not thought:
                    problems.append("a function_call without its reasoning item")
            case "function_call_output" if item["call_id"] in waiting:
                waiting.remove(item["call_id"])
            case "function_call_output":
                problems.append(f"a result for no call, {item['call_id']}")
            case "message" if waiting:
                problems.append(f"calls without a result: {waiting}")
        thought = item["type"] == "reasoning" or (thought and item.get("role") != "user")
    return problems + ([f"calls without a result: {waiting}"] if waiting else [])


def response_events(say: Any, body: Mapping[str, Any], counts: tuple[int, int]) -> list[dict[str, Any]]:
    """The events of a response; the last has the whole of it."""
    items: list[dict[str, Any]] = [
        {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": f"sealed:{say.thinking}"}
    ]
    if say.text:
        content = [{"type": "output_text", "text": say.text, "annotations": []}]
        items.append(
            {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": content}
        )
    for call in say.calls:
        about = {"call_id": call["id"], "name": call["name"], "arguments": call["arguments"]}
        items.append({"type": "function_call", "id": "fc", "status": "completed", **about})
    cut = say.finish == "length"
    usage = {
        "input_tokens": counts[0],
        "output_tokens": counts[1],
        "input_tokens_details": {"cached_tokens": say.cached_tokens},
    }
    whole = {"id": "r", "object": "response", "model": body["model"], "output": items, "error": None}
    whole |= {"status": "incomplete" if cut else "completed", "usage": usage}
    whole |= {"incomplete_details": {"reason": "max_output_tokens"} if cut else None}
    events: list[dict[str, Any]] = [{"type": "response.created", "response": {**whole, "output": []}}]
    events += [{"type": "response.output_text.delta", "delta": say.text}] if say.text else []
    events += [{"type": "response.output_item.done", "item": item} for item in items]
    return [*events, {"type": "response.incomplete" if cut else "response.completed", "response": whole}]
