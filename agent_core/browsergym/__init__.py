"""An agent for BrowserGym that decides by one of our engines; BrowserGym itself owns the browser.

    agent = BrowserGymAgent(engine="skyvern-1.0")
    action, info = agent.get_action(agent.obs_preprocessor(obs))

BrowserGym is no dependency: it is imported only where its action set is asked for.
"""

from agent_core.browsergym.agent import BrowserGymAgent

__all__ = ["BrowserGymAgent"]
