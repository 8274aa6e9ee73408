"""A browser as tools of an agent of the OpenAI Agents SDK, the package `openai-agents`."""

import asyncio
import sys

from agents import Agent, Runner, function_tool

from agent_core.faces.tools import browser_tools


async def main(question: str) -> None:
    async with browser_tools() as tools:
        # Not strict: a strict schema has no room for a JSON Schema of your own.
        known = [function_tool(function, strict_mode=False) for function in tools.functions]
        agent = Agent(name="Reader", instructions="Answer from the web.", tools=known)
        print((await Runner.run(agent, question)).final_output)


asyncio.run(main(sys.argv[1]))
