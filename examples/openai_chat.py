"""A browser as tools of a chat model, with the package `openai`: also for servers of your own that speak it.

OPENAI_API_KEY=... python examples/openai_chat.py "What are the first three posts on http://127.0.0.1:8010/?"
"""

import asyncio
import sys
from typing import Any

from openai import AsyncOpenAI

from agent_core.faces.tools import browser_tools


async def main(question: str) -> None:
    client = AsyncOpenAI()
    messages: list[Any] = [{"role": "user", "content": question}]
    async with browser_tools() as tools:
        while True:
            reply = await client.chat.completions.create(
                model="gpt-5.1", messages=messages, tools=tools.openai_chat()
            )
            message = reply.choices[0].message
            messages.append(message)
            if not message.tool_calls:
                print(message.content)
                return
            for call in message.tool_calls:
                answer = await tools.call(call.function.name, call.function.arguments)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": answer})


asyncio.run(main(sys.argv[1]))
