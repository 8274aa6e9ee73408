"""A browser as tools of Claude, with the package `anthropic`."""

import asyncio
import sys
from typing import Any

from anthropic import AsyncAnthropic

from agent_core.faces.tools import browser_tools


async def main(question: str) -> None:
    client = AsyncAnthropic()
    messages: list[Any] = [{"role": "user", "content": question}]
    async with browser_tools() as tools:
        while True:
            reply = await client.messages.create(
                model="claude-sonnet-4-5", max_tokens=4000, messages=messages, tools=tools.anthropic()
            )
            messages.append({"role": "assistant", "content": reply.content})
            calls = [block for block in reply.content if block.type == "tool_use"]
            if not calls:
                print("".join(block.text for block in reply.content if block.type == "text"))
                return
            results = [
                {
                    "type": "tool_result",
                    "tool_use_id": call.id,
                    "content": await tools.call(call.name, call.input),
                }
                for call in calls
            ]
            messages.append({"role": "user", "content": results})


asyncio.run(main(sys.argv[1]))
