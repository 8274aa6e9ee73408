"""An agent for BrowserGym that decides by one of our engines; BrowserGym itself owns the browser.

    agent = BrowserGymAgent(model="qwen3:32b")
    action, info = agent.get_action(agent.obs_preprocessor(obs))

BrowserGym is no dependency: it is imported only where its action set is asked for.
"""

from agent_core.browsergym.agent import BrowserGymAgent

__all__ = ["BrowserGymAgent"]
