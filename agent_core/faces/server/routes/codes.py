"""One-time codes: hand one to the run that waits for it."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from agent_core import BadRequest, list_pushed_codes, push_code
from agent_core.faces.server.code_in_text import code_in
from agent_core.faces.server.keys import CallerOfRequest
from agent_core.faces.server.services import ServicesOfApp
from agent_core.faces.server.wire.codes import CodeAnswer, NewCode

router = APIRouter(prefix="/v1/credentials/totp", tags=["One-time codes"])


@router.post("", response_model=CodeAnswer, summary="Push a one-time code")
async def push(_: CallerOfRequest, parts: ServicesOfApp, sent: NewCode) -> CodeAnswer:
    """Hand over a code, or the message that holds it. It is good for ten minutes and for one run."""
    code = None if sent.type == "magic_link" else code_in(sent.content)
    if code is None:
        why = "holds no code that can be told from other numbers; send the code alone (links are not opened)"
        raise BadRequest("content", why)
    library = parts.settings.library
    try:
        await run_in_threadpool(lambda: push_code(sent.totp_identifier, code, settings=library))
    except BadRequest as error:
        fields = {"identifier": "totp_identifier", "code": "content"}
        raise BadRequest(fields.get(error.field, error.field), error.why) from error
    known = sent.model_dump(
        include={"totp_identifier", "content", "task_id", "workflow_id", "workflow_run_id", "source", "type"}
    )
    waiting = await run_in_threadpool(list_pushed_codes, library)
    kept = next((each for each in waiting if each.identifier == sent.totp_identifier.strip()), None)
    now = kept.pushed_at if kept else datetime.now(UTC)
    return CodeAnswer(
        totp_code_id=f"totp_{kept.code_id}" if kept else "totp_taken",
        code=code,
        created_at=now,
        modified_at=now,
        expired_at=kept.expires_at if kept else None,
        **known,
    )


@router.get("", response_model=list[CodeAnswer], summary="List the one-time codes that wait")
async def list_codes(
    _: CallerOfRequest, parts: ServicesOfApp, totp_identifier: str | None = None
) -> list[CodeAnswer]:
    """The codes that no run has taken yet, newest first; what they are is not shown."""
    found = await run_in_threadpool(list_pushed_codes, parts.settings.library)
    wanted = (totp_identifier or "").strip().casefold()
    return [CodeAnswer.of(each) for each in found if not wanted or each.identifier.casefold() == wanted]
