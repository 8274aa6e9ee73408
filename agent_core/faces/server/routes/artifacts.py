"""The files of runs: lists of them, facts about one, and its content by key or by a signed link."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from agent_core import NoSuchRun, load_run
from agent_core.faces.server.admission.keys import CallerOfRequest, caller
from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.kept.artifacts import RunFile, file_at, files_of
from agent_core.faces.server.services import Services, ServicesOfApp
from agent_core.faces.server.wire.files import ArtifactAnswer
from agent_core.faces.server.wire.links import artifact_of
from agent_core.faces.server.wire.problems import problems

router = APIRouter(tags=["Artifacts"], responses=problems(404))

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",
}
"""With everything that is served as it came from a page: it is data here, and nothing in it runs."""


@router.get("/v1/runs/{run_id}/artifacts", response_model=list[ArtifactAnswer], summary="List a run's files")
async def list_artifacts(
    _: CallerOfRequest,
    parts: ServicesOfApp,
    request: Request,
    run_id: str,
    artifact_type: Annotated[list[str] | None, Query(description="Only files of these kinds.")] = None,
) -> list[ArtifactAnswer]:
    """The files of a run, also while it goes on."""
    await run_in_threadpool(parts.records.get, run_id)
    links = parts.links(request)

    def found() -> list[ArtifactAnswer]:
        files = files_of(run_id, folder) if (folder := _folder_of(run_id, parts)) else ()
        return [
            ArtifactAnswer.of(each, links)
            for each in files
            if not artifact_type or each.kind in artifact_type
        ]

    return await run_in_threadpool(found)


@router.get("/v1/artifacts/{artifact_id}", response_model=ArtifactAnswer, summary="Facts about a file")
async def get_artifact(
    _: CallerOfRequest, parts: ServicesOfApp, request: Request, artifact_id: str
) -> ArtifactAnswer:
    """What is known of a file of a run."""
    links = parts.links(request)
    return await run_in_threadpool(lambda: ArtifactAnswer.of(_file(artifact_id, parts), links))


@router.get(
    "/v1/artifacts/{artifact_id}/content",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file."},
        206: {"description": "The part of the file that `Range` asks for."},
        416: {"description": "The file has no such part."},
    },
    summary="The content of a file",
)
async def artifact_content(
    parts: ServicesOfApp,
    request: Request,
    artifact_id: str,
    expiry: Annotated[str, Query(description="Of a signed link.")] = "",
    sig: Annotated[str, Query(description="Of a signed link.")] = "",
) -> FileResponse:
    """A file of a run. It opens with a key, or by a signed link of an answer."""
    await admit(request, parts, artifact_id, expiry, sig)
    return _content(await run_in_threadpool(_file, artifact_id, parts))


async def admit(request: Request, parts: Services, item: str, expiry: str, signature: str) -> None:
    """Let in who has a good link or a good key.

    Raises:
        HTTPException: Neither is there.
    """
    if not (signature and parts.links(request).is_good(item, expiry, signature)):
        headers = request.headers
        await caller(request, headers.get("x-api-key"), headers.get("authorization"))


def content_of(path: Path, media_type: str, *, inline: bool) -> FileResponse:
    """A file as an answer; `inline` where a browser may show it."""
    return FileResponse(
        path,
        media_type=media_type,
        filename=path.name,
        content_disposition_type="inline" if inline else "attachment",
        headers=SAFE_HEADERS,
    )


def _content(file: RunFile) -> FileResponse:
    return content_of(file.path, file.media_type, inline=file.is_shown_inline)


def _file(artifact_id: str, parts: Services) -> RunFile:
    run_id, relative = artifact_of(artifact_id)
    parts.records.get(run_id)
    folder = _folder_of(run_id, parts)
    found = file_at(run_id, folder, relative) if folder else None
    if found is None:
        raise NotFound(f"there is no artifact {artifact_id[:64]!r}")
    return found


def _folder_of(run_id: str, parts: Services) -> Path | None:
    """Where a run's files lie; None: it has none yet, or none here."""
    try:
        folder = load_run(run_id, parts.settings.library).folder
    except (NoSuchRun, OSError):
        return None
    return Path(folder) if folder and Path(folder).is_dir() else None
