"""A browser as tools of a LangChain agent, the packages `langchain` and `langchain-openai`."""

import asyncio
import sys

from langchain.agents import create_agent
from langchain_core.tools import StructuredTool

from agent_core.faces.tools import browser_tools


async def main(question: str) -> None:
    async with browser_tools() as tools:
        known = [StructuredTool.from_function(coroutine=function) for function in tools.functions]
        agent = create_agent("openai:gpt-5.1", tools=known, system_prompt="Answer from the web.")
        state = await agent.ainvoke({"messages": [{"role": "user", "content": question}]})
        print(state["messages"][-1].text)


asyncio.run(main(sys.argv[1]))
