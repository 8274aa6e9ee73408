"""A browser as tools of an agent of pydantic-ai, the package `pydantic-ai`."""

import asyncio
import sys

from pydantic_ai import Agent

from agent_core.faces.tools import browser_tools


async def main(question: str) -> None:
    async with browser_tools() as tools:
        agent = Agent("openai-chat:gpt-5.1", instructions="Answer from the web.", tools=tools.functions)
        print((await agent.run(question)).output)


asyncio.run(main(sys.argv[1]))
