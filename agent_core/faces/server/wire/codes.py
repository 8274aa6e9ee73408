"""One-time codes, as the published API names them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_core import PushedCode
from agent_core.faces.server.wire.browsers import ORGANIZATION

HIDDEN = "***"


class NewCode(BaseModel):
    """A message with a one-time code, or the code itself."""

    model_config = ConfigDict(extra="ignore")

    totp_identifier: Annotated[str, Field(min_length=1, max_length=320)]
    """Whom the code is for: the `totp_identifier` of the task."""
    content: Annotated[str, Field(min_length=1, max_length=20_000)]
    """The code, or the e-mail or text message that holds it."""
    task_id: str | None = None
    workflow_id: str | None = None
    workflow_run_id: str | None = None
    source: str | None = None
    expired_at: datetime | None = None
    """Accepted and not used: a code is good for ten minutes."""
    type: Literal["totp", "magic_link"] | None = None


class CodeAnswer(BaseModel):
    """A one-time code that was pushed."""

    totp_code_id: str
    totp_identifier: str
    content: str
    code: str
    """`***` where it is only listed: no code is shown to anybody but who sends it."""
    organization_id: str = ORGANIZATION
    otp_type: Literal["totp"] = "totp"
    task_id: str | None = None
    workflow_id: str | None = None
    workflow_run_id: str | None = None
    source: str | None = None
    type: Literal["totp", "magic_link"] | None = None
    expired_at: datetime | None = None
    created_at: datetime
    modified_at: datetime

    @classmethod
    def of(cls, pushed: PushedCode) -> CodeAnswer:
        """The answer that tells of a code and does not show it."""
        return cls(
            totp_code_id=f"totp_{pushed.code_id}",
            totp_identifier=pushed.identifier,
            content=HIDDEN,
            code=HIDDEN,
            created_at=pushed.pushed_at,
            modified_at=pushed.pushed_at,
            expired_at=pushed.expires_at,
        )
