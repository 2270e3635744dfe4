"""Demonstrations in Minari's format, the field's own. Needs the extra: `pip install 'lva[minari]'`."""

from __future__ import annotations

from dataclasses import asdict

import gymnasium
import numpy as np
from gymnasium import spaces

from lva.world.demos import Demos
from lva.world.minigrid.environments import reset_options


def export_minari(demos: Demos, dataset_id: str, **metadata):
    """Create the Minari dataset `dataset_id`, e.g. `lva/mixed-v0`, and return it.

    Every episode carries the `options` with which `env.reset(options=...)` of the dataset's environment starts it.
    `metadata` goes to Minari: author, description, ...
    """
    try:
        import minari
        from minari.data_collector import EpisodeBuffer
    except ImportError as error:
        raise ImportError("Minari is not installed; pip install 'lva[minari]'") from error
    env = gymnasium.make("lva:LVA-Mixed-v0", grammar=demos.grammar.as_dict(), level=asdict(demos.level))
    texts = demos.grammar.texts
    observation_space = spaces.Dict(
        env.observation_space.spaces
        | {"mission": spaces.Text(max(map(len, texts)), charset="".join(sorted(set("".join(texts)))))}
    )
    return minari.create_dataset_from_buffers(
        dataset_id,
        [_episode(demos, i, EpisodeBuffer) for i in range(len(demos))],
        env=env,
        observation_space=observation_space,
        action_space=env.action_space,
        algorithm_name=f"lva {demos.expert} expert",
        **metadata,
    )


def _episode(demos: Demos, i: int, buffer):
    one = demos[[i]]
    world, length, views, headings = one.world(), one.steps, [], []
    options = reset_options(world, 0)
    for action in [*one.actions, None]:
        views.append(world.observe()[0])
        headings.append(int(world.pose[0, 2]))
        if action is not None:
            world.step(np.array([action]))
    rewards = np.zeros(length)
    rewards[-1] = 1 - 0.9 * length / world.max_steps[0]  # MiniGrid's reward of a success
    return buffer(
        id=i,
        options=options,
        observations={
            "image": np.array(views),
            "direction": np.array(headings),
            "mission": [options["instruction"]] * (length + 1),
        },
        actions=one.actions.astype(np.int64),
        rewards=rewards,
        terminations=np.arange(1, length + 1) == length,
        truncations=np.zeros(length, bool),
    )
