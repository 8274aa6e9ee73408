"""A checkpoint in this process as a chat model: messages in, one reply out."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from browser.model.observation import Screenshot
from engines.cua.ui_tars.coordinates import Sizes, resized
from engines.cua.ui_tars.local.checkpoint import Checkpoint
from engines.cua.ui_tars.local.options import Options
from engines.cua.ui_tars.local.prefix import Prefix
from engines.cua.ui_tars.local.prompt import Prompt
from engines.cua.ui_tars.local.shelf import Shelf
from engines.cua.ui_tars.local.worker import Job, Worker, Written
from engines.errors import ModelUnreachable
from engines.models.chat import Message, Reply
from engines.models.failures import CallFailed, ContextOverflow
from engines.models.transport.waiting import in_time
from engines.output_spec import Schema
from engines.protocol import ModelSettings, Usage

REPLY_TOKENS = 1024


class LocalModel:
    """One conversation's view of a model that it may share with others.

    Args:
        keeps_prefix: Each prompt begins as the last one did; what has been read is kept for it.
    """

    sees_images = True

    def __init__(
        self,
        checkpoint: Checkpoint,
        options: Options,
        settings: ModelSettings,
        shelf: Shelf,
        *,
        keeps_prefix: bool,
    ) -> None:
        self._checkpoint, self._options, self._settings = checkpoint, options, settings
        self._shelf = shelf
        self._prefix = Prefix() if keeps_prefix else None
        self._worker: Worker | None = None
        self._usage = Usage(model=checkpoint.name)
        self.last: Written | None = None
        """What the newest reply took."""

    @property
    def usage(self) -> Usage:
        """What was read and written; `cached_tokens` are those that had been read before."""
        return self._usage

    @property
    def remarks(self) -> tuple[str, ...]:
        """Where and how it runs, once it does."""
        return (self._worker.said,) if self._worker else ()

    async def context_tokens(self) -> int:
        """How many tokens it was made for, or what the settings allow."""
        return self._settings.context_tokens or (await self._taken()).context_tokens

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """The next message. The schema is not heeded: these models know no forms.

        Raises:
            ContextOverflow: The prompt is too long.
            ModelUnreachable: The model cannot be loaded, or has not answered in time.
        """
        worker = await self._taken()
        prompt = await asyncio.to_thread(worker.prompt, _fitting(messages))
        limit = self._settings.max_tokens or REPLY_TOKENS
        room = await self.context_tokens()
        if len(prompt.ids) + limit > room:
            raise ContextOverflow(
                f"a prompt of {len(prompt.ids)} tokens does not fit {self._checkpoint.name}, which has room "
                f"for {room} with the reply's {limit}",
                limit=room,
            )
        written = self.last = await self._written(worker, prompt, limit)
        return self._reply(worker, prompt, written)

    async def close(self) -> None:
        """Release the model."""
        if self._worker is not None:
            self._worker, self._prefix = None, None
            self._shelf.give_back(self._checkpoint, self._options)

    async def _taken(self) -> Worker:
        if self._worker is None:
            self._worker = await self._shelf.take(self._checkpoint, self._options)
        return self._worker

    async def _written(self, worker: Worker, prompt: Prompt, limit: int) -> Written:
        job = Job(prompt, self._prefix or Prefix(), limit, self._settings.temperature or 0.0)
        settings = self._settings
        worker.submit(job)
        try:
            async with in_time(settings.total_timeout_s, "the whole reply (model.total_timeout_s)"):
                async with in_time(
                    settings.first_token_timeout_s, "a first token (model.first_token_timeout_s)"
                ):
                    await asyncio.shield(asyncio.wrap_future(job.began))
                return await asyncio.shield(asyncio.wrap_future(job.done))
        except CallFailed as failed:
            raise ModelUnreachable(f"{worker.said}; {failed.message}") from failed
        finally:
            job.canceled.set()

    def _reply(self, worker: Worker, prompt: Prompt, written: Written) -> Reply:
        usage = Usage(
            model=self._checkpoint.name,
            calls=1,
            input_tokens=len(prompt.ids),
            cached_tokens=written.reused,
            output_tokens=len(written.ids),
            images=len(prompt.pictures),
        )
        self._usage = self._usage.plus(usage)
        # The marks around places stay: the reply is given back as it was written.
        text = worker.tokenizer.decode(list(written.ids), skip_special_tokens=False)
        return Reply(text=text, cut=written.cut, native=written.ids, usage=usage)


def _fitting(messages: Sequence[Message]) -> list[Message]:
    return [replace(each, images=tuple(map(_in_multiples, each.images))) for each in messages]


def _in_multiples(picture: Screenshot) -> Screenshot:
    """The picture with sides that are multiples of 28; those of a task's turns are so already."""
    size = resized(picture.width_px, picture.height_px, Sizes())
    if size == (picture.width_px, picture.height_px):
        return picture
    data = io.BytesIO()
    with Image.open(io.BytesIO(picture.data)) as image:
        image.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(data, "PNG")
    return replace(picture, data=data.getvalue(), width_px=size[0], height_px=size[1])
