"""A browser as tools of an agent of the OpenAI Agents SDK, the package `openai-agents`."""

import asyncio
import sys
from typing import Any

from agents import Agent, FunctionTool, Runner

from agent_core.faces.tools import BrowserTools, browser_tools


def as_tool(tools: BrowserTools, name: str, description: str, parameters: dict[str, Any]) -> FunctionTool:
    """By `tools.call`, which tells the model what was wrong with its arguments; `function_tool` hides it."""

    async def invoke(_: Any, arguments: str) -> str:
        return await tools.call(name, arguments)

    # Not strict: a strict schema has no room for a JSON Schema of your own.
    return FunctionTool(name, description, parameters, invoke, strict_json_schema=False)


async def main(question: str) -> None:
    async with browser_tools() as tools:
        known = [as_tool(tools, **each["function"]) for each in tools.openai_chat()]
        agent = Agent(name="Reader", instructions="Answer from the web.", tools=known)
        print((await Runner.run(agent, question)).final_output)


asyncio.run(main(sys.argv[1]))
