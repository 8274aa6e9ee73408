"""Files that callers send, for runs to upload: `file_ids` of a task names them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from agent_core import BadRequest
from agent_core.faces.server.admission.keys import CallerOfRequest
from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.kept.multipart import BadForm, FileTooLarge, SentForm, receive
from agent_core.faces.server.kept.uploads import MOST_DAYS, SentFile, new_id
from agent_core.faces.server.routes.artifacts import admit, content_of
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.wire.files import UploadAnswer
from agent_core.faces.server.wire.problems import problems

router = APIRouter(tags=["Files"], responses=problems(404, 413, 507))

FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "string", "format": "binary", "description": "The file."},
                "retention_days": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MOST_DAYS,
                    "description": "How long it is kept; 7 days by default.",
                },
            },
        }
    }
}


@router.post(
    "/v1/upload_file",
    response_model=UploadAnswer,
    summary="Send a file",
    openapi_extra={"requestBody": {"required": True, "content": FORM}},
)
async def upload_file(_: CallerOfRequest, parts: ServicesOfApp, request: Request) -> UploadAnswer:
    """Send a file that runs may upload to sites; the answer's `file_id` goes into the task's `file_ids`."""
    uploads = parts.uploads
    most_bytes = int(parts.settings.max_sent_file_mb * 1_000_000)
    length = request.headers.get("content-length", "")
    await run_in_threadpool(uploads.sweep)
    needed, file_id = min(int(length), most_bytes) if length.isdecimal() else most_bytes, new_id()
    try:
        path = await run_in_threadpool(uploads.begin, file_id, needed)
        form = await _received(request, path, most_bytes)
        days = _days(form.values.get("retention_days", ""))
        sent = await run_in_threadpool(uploads.finish, file_id, form.filename, days)
    except BaseException:
        uploads.forget(file_id)
        raise
    return UploadAnswer.of(sent, parts.links(request))


@router.get("/v1/files/{file_id}/content", response_class=FileResponse, summary="The content of a sent file")
async def file_content(
    parts: ServicesOfApp,
    request: Request,
    file_id: str,
    expiry: Annotated[str, Query(description="Of a signed link.")] = "",
    sig: Annotated[str, Query(description="Of a signed link.")] = "",
) -> FileResponse:
    """A file that was sent, as a download. It opens with a key, or by its signed link."""
    await admit(request, parts, file_id, expiry, sig)
    found = await run_in_threadpool(_known, file_id, parts)
    return content_of(found.path, "application/octet-stream", inline=False)


@router.delete("/v1/files/{file_id}", status_code=204, summary="Delete a sent file")
async def delete_file(_: CallerOfRequest, parts: ServicesOfApp, file_id: str) -> Response:
    """Delete a file that was sent."""
    await run_in_threadpool(_known, file_id, parts)
    await run_in_threadpool(parts.uploads.forget, file_id)
    return Response(status_code=204)


async def _received(request: Request, path: Path, most_bytes: int) -> SentForm:
    try:
        with path.open("wb") as into:
            content_type = request.headers.get("content-type", "")
            return await receive(content_type, request.stream(), into, most_bytes)
    except BadForm as error:
        raise BadRequest("file", str(error)) from error
    except FileTooLarge as error:
        raise HTTPException(413, f"the file is larger than {most_bytes:,} bytes") from error


def _days(text: str) -> int | None:
    """How long it is to be kept; None: the sender does not say."""
    text = text.strip()
    if text in ("", "null"):
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST_DAYS):
        raise BadRequest("retention_days", f"must be a whole number from 1 to {MOST_DAYS}")
    return int(text)


def _known(file_id: str, parts: Services) -> SentFile:
    found = parts.uploads.find(file_id)
    if found is None:
        raise NotFound(f"there is no file {file_id[:64]!r}")
    return found
