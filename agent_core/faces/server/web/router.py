"""All pages as one router."""

from __future__ import annotations

from fastapi import APIRouter

from agent_core.faces.server.web import api_page, by_hand, live, runs, signing_in, stored
from agent_core.faces.server.web.forms import describing, new_run

router = APIRouter(include_in_schema=False)
for each in (signing_in, runs, live, by_hand, new_run, describing, stored, api_page):
    router.include_router(each.router)
