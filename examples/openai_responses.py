"""A browser as tools of a model at OpenAI's Responses API, with the package `openai`."""

import asyncio
import sys
from typing import Any

from openai import AsyncOpenAI

from agent_core.faces.tools import browser_tools


async def main(question: str) -> None:
    client = AsyncOpenAI()
    conversation: list[Any] = [{"role": "user", "content": question}]
    async with browser_tools() as tools:
        while True:
            reply = await client.responses.create(
                model="gpt-5.1", input=conversation, tools=tools.openai_responses()
            )
            conversation += reply.output
            calls = [item for item in reply.output if item.type == "function_call"]
            if not calls:
                print(reply.output_text)
                return
            for call in calls:
                answer = await tools.call(call.name, call.arguments)
                conversation.append(
                    {"type": "function_call_output", "call_id": call.call_id, "output": answer}
                )


asyncio.run(main(sys.argv[1]))
