"""Characters' boxes to the rectangles that a highlighter would draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from checker.places import Rectangle

SAME_LINE = 0.5
"""Two characters stand in one line when they share so much of the lower one's height."""
WIDEST_GAP = 3.0
"""In heights of a character; beyond it lies another column."""


def rectangles(boxes: NDArray[np.float32], start: int, end: int) -> tuple[Rectangle, ...]:
    """One rectangle per line of text[start:end], in points, rounded to two decimals.

    `boxes` has a row a character (left, bottom, right, top), zeros for characters that are not on the page. Lines may
    run up or down as well as across.
    """
    found = boxes[start:end].astype(np.float64)
    found = found[found.any(axis=1)]
    if not len(found):
        return ()
    apart = _gap(found, 0)
    below = _gap(found, 1)
    size = np.maximum(found[:, 3] - found[:, 1], found[:, 2] - found[:, 0])
    reach = WIDEST_GAP * np.maximum(size[1:], size[:-1])
    across = (below < -SAME_LINE * _smaller(found, 1)) & (apart < reach)
    upright = (apart < -SAME_LINE * _smaller(found, 0)) & (below < 0.3 * np.maximum(size[1:], size[:-1]))
    firsts = np.concatenate(([0], np.flatnonzero(~(across | upright)) + 1))
    low = np.minimum.reduceat(found[:, :2], firsts)
    high = np.maximum.reduceat(found[:, 2:], firsts)
    rows = np.round(np.hstack((low, high)), 2).tolist()
    return tuple((left, bottom, right, top) for left, bottom, right, top in rows)


def _gap(boxes: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """How far each box is from the one before it along an axis; negative by how much they overlap."""
    low, high = boxes[:, axis], boxes[:, axis + 2]
    gaps: NDArray[np.float64] = np.maximum(low[1:], low[:-1]) - np.minimum(high[1:], high[:-1])
    return gaps


def _smaller(boxes: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """The smaller extent of each two neighbours along an axis."""
    size = boxes[:, axis + 2] - boxes[:, axis]
    smaller: NDArray[np.float64] = np.minimum(size[1:], size[:-1])
    return smaller
