"""Pages that others saved with what is right to read from them, in a folder that the user names.

* scrapinghub/article-extraction-benchmark (MIT): `ground-truth.json` and `html/`, bodies of 181 articles.
* adbar/trafilatura (Apache 2.0; the pages belong to their publishers): `tests/evaldata.json` with
  `tests/eval/` and `tests/cache/`, passages that are or are not in the body, headlines, authors and dates.
* scrapinghub/product-extraction-benchmark (MIT): `dataset/ground-truth.json` and `dataset/html/`.

Nothing of them is part of this project; a clone of each repository is such a folder.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

Half = Literal["work", "report", "all"]
"""The first half of the pages by name is for work; the other one is only ever measured."""


class NoSuchPages(Exception):
    """The folder holds no pages of this kind; the message says what it should hold."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was saved, and what is right."""

    name: str
    url: str
    """Where it was, "" where that is not known."""
    file: Path
    right: Mapping[str, Any]
    """As the folder's own file of annotations says it."""

    def html(self) -> bytes:
        """The page."""
        return (
            gzip.decompress(self.file.read_bytes()) if self.file.suffix == ".gz" else self.file.read_bytes()
        )

    @property
    def media_type(self) -> str:
        """What its server says of it: that it is in UTF-8, where it is; other pages name their encoding."""
        try:
            self.html().decode("utf-8")
        except UnicodeDecodeError:
            return "text/html"
        return "text/html; charset=utf-8"

    @property
    def path(self) -> str:
        """The path under which it is served: the address that it had."""
        parts = urlsplit(self.url)
        query = f"?{parts.query}" if parts.query else ""
        return quote(f"/{parts.netloc or self.name}{parts.path or '/'}{query}", safe="/?&=%:;,+@!$*()~'")


def articles_in(folder: Path, half: Half) -> tuple[SavedPage, ...]:
    """The articles of either collection.

    Raises:
        NoSuchPages: There are none.
    """
    if (folder / "ground-truth.json").exists():
        return _zipped(folder, half)
    for place in (folder, folder / "tests"):
        if (place / "evaldata.json").exists():
            return _annotated(place, half)
    raise NoSuchPages(f"{folder} holds neither ground-truth.json with html/ nor tests/evaldata.json")


def products_in(folder: Path, half: Half) -> tuple[SavedPage, ...]:
    """The products.

    Raises:
        NoSuchPages: There are none.
    """
    if not (folder / "dataset" / "ground-truth.json").exists():
        raise NoSuchPages(f"{folder} holds no dataset/ground-truth.json")
    return _zipped(folder / "dataset", half)


def published(folder: Path, pages: Sequence[SavedPage]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Name of a service or library -> page -> what it read, as the collection of products keeps it."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for file in sorted((folder / "dataset" / "output").glob("*.json")):
        said = json.loads(file.read_text("utf-8"))
        found[file.stem] = {page.name: said[page.name] for page in pages}
    return found


def _zipped(folder: Path, half: Half) -> tuple[SavedPage, ...]:
    right = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return tuple(
        SavedPage(name, right[name].get("url", ""), folder / "html" / f"{name}.html.gz", right[name])
        for name in _half_of(sorted(right), half)
    )


def _annotated(folder: Path, half: Half) -> tuple[SavedPage, ...]:
    right = json.loads((folder / "evaldata.json").read_text("utf-8"))
    by_file = {said["file"]: (url, said) for url, said in right.items()}
    pages = []
    for name in _half_of(sorted(by_file), half):
        url, said = by_file[name]
        file = next(place for part in ("cache", "eval") if (place := folder / part / name).exists())
        pages.append(SavedPage(name, url, file, said))
    return tuple(pages)


def _half_of(names: Sequence[str], half: Half) -> Sequence[str]:
    middle = len(names) // 2
    return {"work": names[:middle], "report": names[middle:], "all": names}[half]
