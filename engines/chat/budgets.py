"""How the part of a context that the past leaves free is shared out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engines.protocol import Look

PAGE_TOKENS = 6000
"""The most that a page may take of the prompt, where the context is no larger than most models'."""
LEAST_PAGE_TOKENS = 600
_LARGEST_PAGE_TOKENS = 12_000
"""The most that it may take of any context."""
_SHARE_OF_PAGE = 10
"""Of a large context a page may take one part in so many."""
_LARGEST_LOOK_TOKENS = 30_000
"""The most that answers to one look may take of any context: a long article is read at once."""
_LEAST_LOOK_TOKENS = 300
_WORDS_TOKENS = 500
"""What a turn says beside the page and what was looked for."""
_SEARCH_TOKENS = 2500
"""The most that a search for words may find: more of it would fit them worse and worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What each part of a turn may take, in tokens."""

    page: int = PAGE_TOKENS
    """Pictures included."""
    looks: int = _SEARCH_TOKENS
    """All answers to one look together."""
    pictures: int = PAGE_TOKENS
    together: int = PAGE_TOKENS
    """Page and looks."""

    @classmethod
    def of(cls, context_tokens: int, free: int) -> Budgets:
        """The budgets within a context.

        Args:
            free: Tokens that neither the past nor the reply will need.
        """
        most = max(PAGE_TOKENS, min(_LARGEST_PAGE_TOKENS, context_tokens // _SHARE_OF_PAGE))
        together = free - _WORDS_TOKENS
        page = max(LEAST_PAGE_TOKENS, min(most, together))
        return cls(
            page=page,
            looks=max(_LEAST_LOOK_TOKENS, min(_LARGEST_LOOK_TOKENS, together // 3)),
            pictures=max(page, free // 2) - LEAST_PAGE_TOKENS,
            together=together,
        )

    def beside(self, spent: int) -> int:
        """What the page may take beside so many tokens that were looked for."""
        return max(LEAST_PAGE_TOKENS, min(self.page, self.together - spent))

    def pictures_beside(self, spent: int) -> int:
        """What pictures may take beside so many tokens that were looked for, and the least of a page."""
        return min(self.pictures, self.together - spent - LEAST_PAGE_TOKENS)

    def shared_by(self, look: Look) -> Look:
        """The look, each request with the tokens that its answer may take."""
        each = max(1, self.looks // len(look.requests))
        return replace(
            look,
            requests=tuple(
                replace(one, budget_tokens=min(each, _SEARCH_TOKENS) if one.query else each)
                for one in look.requests
            ),
        )
