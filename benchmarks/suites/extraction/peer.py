"""trafilatura on saved articles, in an environment of its own; this file runs there, too.

One line in, the path of a page; one line out, what it read of it as JSON, under the names of our schema.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class PeerMissing(Exception):
    """The other library is not installed in that environment, or failed there."""


def read_by_peer(python: Path, files: Sequence[Path]) -> tuple[str, list[dict[str, Any]]]:
    """The library's version, and what it read of each page.

    Args:
        python: The Python of an environment that has trafilatura.
        files: The pages, as they were saved.

    Raises:
        PeerMissing: It did not answer for each of them; the message holds its own error.
    """
    asked = "".join(f"{file.absolute()}\n" for file in files)
    done = subprocess.run(
        [str(python), str(Path(__file__))], input=asked, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(files) + 1:
        raise PeerMissing(f"trafilatura did not read the pages: {done.stderr.strip()[-500:]}")
    version, *read = map(json.loads, lines)
    return version, read


def _answer() -> None:
    from importlib.metadata import version

    from trafilatura import bare_extraction, extract  # type: ignore[import-not-found, unused-ignore]

    say = sys.stdout.write
    say(json.dumps(version("trafilatura")) + "\n")
    for line in sys.stdin:
        file = Path(line.rstrip("\n"))
        data: Any = file.read_bytes()
        if file.suffix == ".gz":
            data = gzip.decompress(data).decode("utf-8")
        told = bare_extraction(data, with_metadata=True, include_comments=False)
        found = {
            "article_body": extract(data, include_comments=False),
            "headline": told and told.title,
            "author": told and told.author,
            "date_published": told and told.date,
        }
        say(json.dumps(found) + "\n")


if __name__ == "__main__":
    _answer()
