"""A small web site on loopback for the demo and for the README's examples.

A harbour town's notice board: posts to read off, a search, a form in three steps that checks what
it is given, a form inside a frame, and a table behind a link that opens a second tab.
"""

from agent_core.demo_site.server import DemoSite

__all__ = ["DemoSite"]
