"""Ink on a pad of 32 × 32 cells, and how it becomes the 8 × 8 numbers from 0 to 16 of `datasets.digits`."""

import numpy as np

SIDE, BLOCK = 32, 4  # cells of the pad, and of a block
PEN = 2.1  # the pen's radius, in cells
WIDTH, STRETCH, LARGER = 20, 1.7, 2  # cells that a digit is wide in the data; and the limits of `fitted`
CENTRES = np.arange(SIDE) + 0.5
ACROSS, DOWN = np.meshgrid(CENTRES, CENTRES)


def drawn(points):
    """Return the ink, (32, 32) of bool, of a pen that goes straight from point to point, (n, 2) of (x, y) in cells."""
    ink, points = np.zeros((SIDE, SIDE), bool), np.reshape(np.asarray(points, float), (-1, 2))
    for (x, y), (dx, dy) in zip(points, np.diff(points, axis=0, append=points[-1:]), strict=True):
        t = np.clip(((ACROSS - x) * dx + (DOWN - y) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
        ink |= np.hypot(ACROSS - x - t * dx, DOWN - y - t * dy) <= PEN
    return ink


def fitted(ink):
    """Return ink moved to the middle and stretched to the box's height, as the digits of the data set were.

    The data's digits are also about equally wide; here one is stretched at most 1.7 times as much across as up, and
    enlarged at most twice, so that the first dot of a drawing stays a dot.
    """
    if not ink.any():
        return ink
    boxes = [np.flatnonzero(ink.any(axis=axis))[[0, -1]] + (0, 1) for axis in (1, 0)]
    high, wide = (end - start for start, end in boxes)
    height = min(SIDE, LARGER * high)
    width = max(1, round(min(WIDTH, STRETCH * wide * height / high)))
    picked = [
        start + ((np.arange(size) + 0.5) * (end - start) / size).astype(int)
        for (start, end), size in zip(boxes, (height, width), strict=True)
    ]
    new, top, left = np.zeros_like(ink), (SIDE - height) // 2, (SIDE - width) // 2
    new[top : top + height, left : left + width] = ink[np.ix_(*picked)]
    return new


def counted(ink):
    """Return how many cells of each 4 × 4 block hold ink, (8, 8), from 0 to 16: a pixel of the data set."""
    return _blocks(ink).sum(axis=-1)


def inked(pixels):
    """Return ink of which `counted` makes these pixels, (8, 8): in each block, the cells nearest to darker blocks."""
    near = np.pad(pixels, 1, mode="edge").astype(float)
    weights = np.maximum(0, 1 - np.abs((CENTRES / BLOCK + 0.5)[:, None] - np.arange(len(near))))
    brightness = _blocks(weights @ near @ weights.T)
    ranks = np.argsort(np.argsort(-brightness, axis=-1, kind="stable"), axis=-1)
    n = SIDE // BLOCK
    return (ranks < pixels[..., None]).reshape(n, n, BLOCK, BLOCK).swapaxes(1, 2).reshape(SIDE, SIDE)


def _blocks(cells):
    """Return the 16 cells of each block, (8, 8, 16)."""
    n = SIDE // BLOCK
    return cells.reshape(n, BLOCK, n, BLOCK).swapaxes(1, 2).reshape(n, n, -1)
