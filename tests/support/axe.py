"""What axe-core finds fault with in a page: https://dequeuniversity.com/rules/axe."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

GRAVE = ("serious", "critical")
LOOKS: tuple[Literal["light", "dark"], ...] = ("light", "dark")


async def faults_in(page: Page) -> list[str]:
    """The serious and critical findings, in light and in dark, each as a sentence."""
    faults: list[str] = []
    for look in LOOKS:
        await page.emulate_media(color_scheme=look, reduced_motion="reduce")
        found = (await Axe().run(page)).response["violations"]
        faults += [
            f"{look}, {page.url}: {each['id']} ({each['help']}): {node['html'][:200]}"
            for each in found
            if each["impact"] in GRAVE
            for node in each["nodes"]
        ]
    return faults
