"""browser-use in a process of its own, told what to do by JSON lines: it runs in the peers' environment.

One line in, one line out: `{"do": "open", "url": ...}`, `{"do": "read"}`, `{"do": "steps", "url": ...,
"count": ...}`; the end of the input ends the browser. Everything else that it prints goes to stderr.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from importlib.metadata import version
from typing import Any

from browser_use import Agent, BrowserProfile, BrowserSession  # type: ignore[import-not-found, unused-ignore]
from browser_use.llm.views import (  # type: ignore[import-not-found, unused-ignore]
    ChatInvokeCompletion,
)


class InstantModel:
    """A model that answers at once: a click on the one button, and notes when it was asked and what."""

    model = "instant"
    provider = "none"
    name = "instant"
    model_name = "instant"
    _verified_api_keys = True

    def __init__(self, clicks: int) -> None:
        self.clicks = clicks
        self.asked: list[float] = []
        self.answered: list[float] = []
        self.prompt_chars = 0

    async def ainvoke(self, messages: list[Any], output_format: Any = None, **_: Any) -> Any:
        """Click the button that the newest page lists; when it was clicked often enough, be done."""
        self.asked.append(time.perf_counter())
        text = "\n".join(message.text for message in messages)
        schema = json.dumps(output_format.model_json_schema()) if output_format else ""
        self.prompt_chars = self.prompt_chars or len(text) + len(schema)
        index = int(re.findall(r"\[(\d+)\]<button", text)[-1])
        done = len(self.asked) > self.clicks
        answer = {
            "thinking": "",
            "evaluation_previous_goal": "",
            "memory": "",
            "next_goal": "",
            "action": [{"done": {"text": "", "success": True}} if done else {"click": {"index": index}}],
        }
        said = output_format.model_validate(answer)
        self.answered.append(time.perf_counter())
        return ChatInvokeCompletion(completion=said, usage=None)


async def main() -> None:
    """Answer until the input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    profile = BrowserProfile(
        executable_path=sys.argv[1],
        headless=True,
        chromium_sandbox=os.geteuid() != 0,
        user_data_dir=sys.argv[2],
        viewport={"width": 1280, "height": 720},
        enable_default_extensions=False,
        keep_alive=True,
    )
    session = BrowserSession(browser_profile=profile)
    await session.start()
    try:
        print(json.dumps({"version": version("browser-use")}), file=out, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await _answer(session, json.loads(line))), file=out, flush=True)
    finally:
        await session.kill()


async def _answer(session: Any, wish: dict[str, Any]) -> dict[str, Any]:
    match wish["do"]:
        case "open":
            await session.navigate_to(wish["url"])
            return {}
        case "read":
            return await _read(session)
        case "steps":
            await session.navigate_to(wish["url"])
            return await _steps(session, wish["count"])
    raise ValueError(f"unknown wish {wish!r}")


async def _read(session: Any) -> dict[str, Any]:
    began = time.perf_counter()
    state = await session.get_browser_state_summary(include_screenshot=True)
    text = state.dom_state.llm_representation()
    return {
        "ms": (time.perf_counter() - began) * 1000,
        "chars": len(text),
        "elements": len(state.dom_state.selector_map),
        "complete": bool(state.screenshot) and bool(state.dom_state.selector_map) and not state.state_error,
    }


async def _steps(session: Any, count: int) -> dict[str, Any]:
    model = InstantModel(count)
    agent = Agent(
        task="Click Go until you are stopped",
        llm=model,
        browser_session=session,
        use_judge=False,
        directly_open_url=False,
        enable_signal_handler=False,
        final_response_after_failure=False,
    )
    await agent.run(max_steps=2 * count + 5)
    own = [asked - before for before, asked in zip(model.answered, model.asked[1:], strict=False)]
    return {"ms": [seconds * 1000 for seconds in own], "prompt_chars": model.prompt_chars}


if __name__ == "__main__":
    asyncio.run(main())
