"""A browser as function tools of other agents: plain functions and plain dicts for any framework.

async with browser_tools(allowed_domains=["example.com"]) as tools:
    ... tools.openai_chat(), tools.anthropic() ... await tools.call(name, arguments)
    ... Agent(tools=tools.functions) ...
"""

from agent_core.faces.tools.functions import BrowserTools, browser_tools

__all__ = ["BrowserTools", "browser_tools"]
