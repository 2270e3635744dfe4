"""Frames out of initial states and actions: faster than reading them."""

from __future__ import annotations

import numpy as np
from numba import prange

from lva.world.kernels.compiling import kernel
from lva.world.kernels.dynamics import GONE, act
from lva.world.kernels.sight import VIEW, observe_one
from lva.world.kernels.state import start_of


@kernel(parallel=True)
def replay_whole(cells, pose, offsets, actions, first, images):
    """All frames of n episodes, each before its action.

    `cells: (n, h, w)`, `pose: (n, 3)`; the actions of episode e are `actions[offsets[e]:offsets[e + 1]]`, and its
    first frame goes to `images[offsets[e] - first]`; `images: (steps, 147)`.
    """
    for e in prange(len(cells)):
        state, view = start_of(cells[e], pose[e]), np.empty(VIEW * VIEW, np.uint8)
        for t in range(offsets[e], offsets[e + 1]):
            observe_one(state.cells, state.pose, state.carrying, view, images[t - first])
            act(state, GONE, actions[t])


@kernel(parallel=True)
def replay_single(cells, pose, offsets, actions, steps, images):
    """The frames before some of the actions, `steps: (m,)` their indices in `actions`."""
    for i in prange(len(steps)):
        e = np.searchsorted(offsets, steps[i], side="right") - 1
        state, view = start_of(cells[e], pose[e]), np.empty(VIEW * VIEW, np.uint8)
        for t in range(offsets[e], steps[i]):
            act(state, GONE, actions[t])
        observe_one(state.cells, state.pose, state.carrying, view, images[i])
