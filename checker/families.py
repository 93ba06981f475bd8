"""Versions of one story as one family: by ids, slugs, and the overlap of their signatures."""

from __future__ import annotations

from fingerprints.index import Work


def links_of(work: Work) -> tuple[str, ...]:
    """The strings under which a work is kept, so that others of its family find it; see `ReadIndex.linked`."""
    return (f"story:{work.story}",) if work.story else ()
