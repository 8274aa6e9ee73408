"""A loopback server that plays the model of an agent: it calls one tool, and then says what that answered.

It speaks chat completions, the Responses API and the messages API. In `problems` it keeps what a real endpoint
would answer with 400: a tool without a schema, a call that is left unanswered, or answered by another id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import SchemaError

from tests.support.model_server import ModelHandler, ModelServer

Item = dict[str, Any]
CALL_ID = "call_1"


class AgentServer(ModelServer):
    """The server. What it calls is fixed; `answers` holds what the tool answered."""

    def __init__(self, tool: str, arguments: Mapping[str, Any]) -> None:
        super().__init__(_Handler)
        self.tool, self.arguments = tool, dict(arguments)
        self.answers: list[str] = []

    def reply(self, path: str, body: Item) -> Item | None:
        """What is answered there; None: no such path."""
        match path:
            case "/v1/chat/completions":
                return self._chat(body)
            case "/v1/responses":
                return self._responses(body)
            case "/v1/messages":
                return self._messages(body)
            case _:
                return None

    def _chat(self, body: Item) -> Item:
        self._check({each["function"]["name"]: each["function"]["parameters"] for each in body["tools"]})
        answers = [each for each in body["messages"] if each["role"] == "tool"]
        call = {
            "id": CALL_ID,
            "type": "function",
            "function": {"name": self.tool, "arguments": json.dumps(self.arguments)},
        }
        said = self._said([(each["tool_call_id"], each["content"]) for each in answers])
        message = {"role": "assistant", "content": said} if said else {"role": "assistant", "content": None}
        choice = {
            "index": 0,
            "message": message if said else {**message, "tool_calls": [call]},
            "finish_reason": "stop" if said else "tool_calls",
        }
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [choice], "usage": usage,
        }  # fmt: skip

    def _responses(self, body: Item) -> Item:
        self._check({each["name"]: each["parameters"] for each in body["tools"]})
        items = body["input"] if isinstance(body["input"], list) else []
        answers = [each for each in items if each.get("type") == "function_call_output"]
        said = self._said([(each["call_id"], each["output"]) for each in answers])
        call = {
            "type": "function_call", "id": "fc_1", "call_id": CALL_ID, "name": self.tool,
            "arguments": json.dumps(self.arguments), "status": "completed",
        }  # fmt: skip
        text = {"type": "output_text", "text": said, "annotations": []}
        message = {
            "type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text],
        }  # fmt: skip
        details = {
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        }
        return {
            "id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": body["model"],
            "output": [message] if said else [call], "tools": [], "tool_choice": "auto",
            "parallel_tool_calls": True, "error": None, "incomplete_details": None, "instructions": None,
            "metadata": {}, "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2, **details},
        }  # fmt: skip

    def _messages(self, body: Item) -> Item:
        self._check({each["name"]: each["input_schema"] for each in body["tools"]})
        blocks = [
            each for message in body["messages"] for each in message["content"] if isinstance(each, dict)
        ]
        answers = [each for each in blocks if each["type"] == "tool_result"]
        said = self._said([(each["tool_use_id"], each["content"]) for each in answers])
        call = {"type": "tool_use", "id": CALL_ID, "name": self.tool, "input": self.arguments}
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"],
            "content": [{"type": "text", "text": said}] if said else [call],
            "stop_reason": "end_turn" if said else "tool_use", "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }  # fmt: skip

    def _said(self, answers: list[tuple[str, Any]]) -> str:
        """What the tool answered; "": it was not called yet."""
        for call_id, answer in answers:
            if call_id != CALL_ID:
                self.problems.append(f"an answer to the call {call_id!r}, which was not made")
            self.answers.append(answer if isinstance(answer, str) else json.dumps(answer))
        return f"It says: {self.answers[-1]}" if answers else ""

    def _check(self, schemas: Mapping[str, Item]) -> None:
        try:
            for schema in schemas.values():
                Draft202012Validator.check_schema(schema)
            Draft202012Validator(schemas[self.tool]).validate(self.arguments)
        except (SchemaError, ValidationError, KeyError) as error:
            self.problems.append(f"the tools cannot be used: {error!r}")


class _Handler(ModelHandler):
    fake: AgentServer

    def do_POST(self) -> None:
        _, body = self.received()
        reply = self.fake.reply(self.path, body)
        if reply is None:
            self.no_route()
        else:
            self.send_json(200, reply)
