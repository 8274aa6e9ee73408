"""Files that came of a run (artifacts), and files that were sent for one, as the published API names them."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel

from agent_core.faces.server.kept.artifacts import RunFile
from agent_core.faces.server.kept.uploads import SentFile
from agent_core.faces.server.wire.browsers import ORGANIZATION
from agent_core.faces.server.wire.links import Links


class ArtifactAnswer(BaseModel):
    """A file of a run."""

    artifact_id: str
    artifact_type: str
    uri: str
    """Where it is fetched with a key."""
    signed_url: str
    """Where it is fetched without one, for a week."""
    filename: str
    file_size: int
    """Bytes."""
    checksum: str | None = None
    bundle_key: str | None = None
    run_id: str
    task_id: str | None = None
    step_id: str | None = None
    workflow_run_id: str | None = None
    workflow_run_block_id: str | None = None
    browser_session_id: str | None = None
    observer_cruise_id: str | None = None
    observer_thought_id: str | None = None
    ai_suggestion_id: str | None = None
    archived: bool = False
    organization_id: str = ORGANIZATION
    created_at: str
    modified_at: str

    @classmethod
    def of(cls, file: RunFile, links: Links) -> ArtifactAnswer:
        """The answer that tells of a file."""
        found = file.path.stat()
        at = datetime.fromtimestamp(found.st_mtime, UTC).isoformat()
        is_workflow = file.run_id.startswith("wr_")
        return cls(
            artifact_id=file.artifact_id,
            artifact_type=file.kind,
            uri=links.file(file.run_id, file.relative, signed=False),
            signed_url=links.file(file.run_id, file.relative),
            filename=file.path.name,
            file_size=found.st_size,
            run_id=file.run_id,
            task_id=None if is_workflow else file.run_id,
            workflow_run_id=file.run_id if is_workflow else None,
            created_at=at,
            modified_at=at,
        )


class UploadAnswer(BaseModel):
    """A file that has come in."""

    file_id: str
    """What a task names it by in `file_ids`."""
    s3_uri: str
    """The published API's name for where it lies; here `file_id` once more, as an address of no host."""
    presigned_url: str
    """Where it is fetched without a key, for a week."""
    filename: str
    file_size: int
    """Bytes."""
    expires_at: datetime

    @classmethod
    def of(cls, sent: SentFile, links: Links) -> UploadAnswer:
        """The answer that tells of a file."""
        return cls(
            file_id=sent.file_id,
            s3_uri=f"agent-core://{sent.file_id}",
            presigned_url=links.upload(sent.file_id),
            filename=sent.path.name,
            file_size=sent.size,
            expires_at=sent.expires_at,
        )
