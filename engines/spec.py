"""What is particular to one engine, as data: everything outside reads it here and compares no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engines.protocol import ProviderName

RunType = Literal["task_v1", "task_v2", "openai_cua", "anthropic_cua", "ui_tars", "workflow_run"]
"""How the published run-task API calls a run, by the engine that was asked for."""

Needs = Literal["nothing", "chat model", "provider", "checkpoint"]
"""What an engine needs before it can decide:

`nothing`: it has no model. `chat model`: the model of the settings, at any provider or server. `provider`: a
key of the one provider whose protocol it speaks. `checkpoint`: a server, or a folder with weights that it
runs in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSpec:
    """One engine: how it is called, made and served."""

    name: str
    """As callers write it."""
    factory: str
    """`package.module:function`; the function makes an engine of `EngineOptions`."""
    run_type: RunType = "task_v1"
    needs: Needs = "chat model"
    provider: ProviderName | None = None
    """The provider of an engine that needs one; None for all others."""
    without_model: str = ""
    """Name of the engine that serves instead where no model is configured; "": the task is refused then."""
    part_factory: str = ""
    """`package.module:function`; the function makes an engine that carries out one part of a prompt. ""
    where the engine does not read a prompt in parts, so that a recording cannot have one done anew."""

    @property
    def has_model(self) -> bool:
        """Whether a model decides. Without one, wishes in free words are not understood."""
        return self.needs != "nothing"
