"""The few things that are computed: see a picture, read a piece of a prompt, write one token for each row."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from browser.model.observation import Screenshot
from engines.cua.ui_tars.local.loading import Loaded
from engines.cua.ui_tars.local.prefix import Prefix
from engines.cua.ui_tars.local.prompt import Prompt

PATCH = 14
"""Edge of what the vision part sees at once, pixels."""


@dataclass(slots=True)
class Batch:
    """A batch of caches; shorter ones are padded at their beginning, and the padding is masked."""

    cache: Any
    lengths: list[int]
    """How much of each row is its own."""
    steps: int = 0


class Network:
    """A loaded model, used by one thread."""

    def __init__(self, loaded: Loaded) -> None:
        import torch

        self._torch = torch
        self._loaded = loaded
        self._device = loaded.device

    def thinking(self) -> Any:
        """Within it nothing is kept for training."""
        return self._torch.inference_mode()

    def new_cache(self) -> Any:
        """An empty cache."""
        from transformers import DynamicCache

        return DynamicCache()

    def see(self, picture: Screenshot) -> Any:
        """A picture as embeddings, one for each 28 by 28 pixels."""
        grid = self._torch.tensor(
            [[1, picture.height_px // PATCH, picture.width_px // PATCH]], device=self._device
        )
        seen = self._loaded.network.model.get_image_features(self.patches(picture), grid)
        return self._torch.cat(tuple(getattr(seen, "pooler_output", seen)))

    def patches(self, picture: Screenshot) -> Any:
        """A picture as the vision part takes it: a row for each 14 by 14 pixels, those of a token together.

        The picture has its final size. It goes to the device as bytes and is normalised there.
        """
        torch, colours = self._torch, self._loaded.colours
        with Image.open(io.BytesIO(picture.data)) as image:
            data = bytearray(image.convert("RGB").tobytes())
        flat = torch.frombuffer(data, dtype=torch.uint8).to(self._device)
        rows, columns = picture.height_px // PATCH, picture.width_px // PATCH
        mean, spread = (
            torch.tensor(each, device=self._device)[:, None, None] for each in (colours.mean, colours.spread)
        )
        shades = flat.view(picture.height_px, picture.width_px, 3).permute(2, 0, 1).float() / 255
        cut = ((shades - mean) / spread).view(3, rows // 2, 2, PATCH, columns // 2, 2, PATCH)
        # token row, token column, patch row, patch column, colour, pixel row, pixel column
        ordered = cut.permute(1, 4, 2, 5, 0, 3, 6)
        # A still picture is a film of two frames that are the same.
        film = ordered[:, :, :, :, :, None].expand(-1, -1, -1, -1, -1, 2, -1, -1)
        return film.reshape(rows * columns, 3 * 2 * PATCH * PATCH)

    def read(self, prompt: Prompt, start: int, end: int, prefix: Prefix) -> Any:
        """Read a piece of a prompt into the cache, which holds what stands before it; what it comes to."""
        torch = self._torch
        ids = torch.tensor([prompt.ids[start:end]], device=self._device)
        embeddings = self._loaded.language.embed_tokens(ids)
        for shown in prompt.pictures:
            first, last = max(shown.start, start), min(shown.end, end)
            if first < last:
                part = prefix.seen[shown.key][first - shown.start : last - shown.start]
                embeddings[0, first - start : last - start] = part.to(embeddings.dtype)
        positions = torch.tensor(prompt.positions[start:end], device=self._device).T[:, None]
        mask = torch.ones((1, end), dtype=torch.long, device=self._device)
        return self._forward(embeddings, positions, mask, prefix.cache)

    def step(self, tokens: Sequence[int], positions: Sequence[int], batch: Batch) -> Any:
        """Read the newest token of each row."""
        torch = self._torch
        embeddings = self._loaded.language.embed_tokens(torch.tensor(tokens, device=self._device)[:, None])
        places = torch.tensor(positions, device=self._device)[None, :, None].expand(3, -1, 1)
        batch.steps += 1
        width = max(batch.lengths) + batch.steps
        mask = torch.ones((len(tokens), width), dtype=torch.long, device=self._device)
        for row, length in enumerate(batch.lengths):
            mask[row, : max(batch.lengths) - length] = 0
        return self._forward(embeddings, places, mask, batch.cache)

    def next_tokens(self, hidden: Any, temperatures: Sequence[float]) -> list[int]:
        """The next token of each row: the likeliest, or where a temperature is given one drawn by it."""
        torch = self._torch
        scores = self._loaded.network.lm_head(hidden[:, -1]).float()
        found = scores.argmax(-1).tolist()
        for row, temperature in enumerate(temperatures):
            if temperature > 0:
                shares = torch.softmax(scores[row] / temperature, -1)
                found[row] = int(torch.multinomial(shares, 1))
        return [int(each) for each in found]

    @contextlib.contextmanager
    def side_by_side(self, caches: Sequence[Any]) -> Iterator[Batch]:
        """Join caches into a batch, and split them again afterwards, with what was added."""
        lengths = [cache.get_seq_length() for cache in caches]
        if len(caches) == 1:
            yield Batch(caches[0], lengths)
            return
        batch = Batch(self._merged(caches, max(lengths)), lengths)
        try:
            yield batch
        finally:
            grown = batch.cache.get_seq_length() - max(lengths)
            for row, (cache, length) in enumerate(zip(caches, lengths, strict=True)):
                for own, layer in zip(cache.layers, batch.cache.layers, strict=True):
                    own.keys = layer.keys[row : row + 1, :, max(lengths) - length :].clone()
                    own.values = layer.values[row : row + 1, :, max(lengths) - length :].clone()
                assert cache.get_seq_length() == length + grown

    def is_out_of_memory(self, error: Exception) -> bool:
        """Whether memory was what was missing."""
        return isinstance(error, MemoryError | self._torch.OutOfMemoryError)

    def release(self) -> None:
        """Free unused memory."""
        if self._torch.cuda.is_available():
            self._torch.cuda.empty_cache()

    def _merged(self, caches: Sequence[Any], width: int) -> Any:
        merged = self.new_cache()
        for number in range(len(caches[0].layers)):
            layers = [cache.layers[number] for cache in caches]
            keys = self._torch.cat([self._widened(layer.keys, width) for layer in layers])
            values = self._torch.cat([self._widened(layer.values, width) for layer in layers])
            merged.update(keys, values, number)
        return merged

    def _widened(self, states: Any, width: int) -> Any:
        return self._torch.nn.functional.pad(states, (0, 0, width - states.shape[2], 0))

    def _forward(self, embeddings: Any, positions: Any, mask: Any, cache: Any) -> Any:
        answer = self._loaded.language(
            inputs_embeds=embeddings,
            position_ids=positions,
            attention_mask=mask,
            use_cache=True,
            **{self._loaded.cache_keyword: cache},
        )
        return answer.last_hidden_state[:, -1:]
