"""Speed of the world against its peers, each measured in this run on the same cores; `make bench` calls it.

Writes bench_world.csv. Rates are medians over repeats; both sides use all cores where they can.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import resource
import time

import gymnasium
import minigrid  # noqa: F401  (registers BabyAI)
import numba
import numpy as np
from harness import median_rate, write_table
from minigrid.wrappers import RGBImgPartialObsWrapper

from lva.ground.provenance import hardware
from lva.world import Level, World, load_grammar, make_demos
from lva.world.minigrid.bot import play_bot

ROOM = "BabyAI-GoToLocalS8N5-v0"  # the level of MiniGrid and EnvPool most like ours: 8 x 8, five objects
GRAMMAR = load_grammar("paper")


def ours_step_observe():
    """64 random actions in every world, a look after each, then fresh levels: the best of several batch sizes."""
    rates, level = [], Level()
    for n in (108 * 38, 108 * 152, 108 * 608):
        start = World.reset(GRAMMAR.instructions * (n // 108), 0, level)
        goal = start.cells.reshape(n, -1)[np.arange(n), start.target]
        actions = np.random.default_rng(0).integers(0, 6, (64, n), dtype=np.uint8)
        images, seeds = start.observe(), iter(range(1, 10_000))

        def run(n=n, task=start.task, goal=goal, actions=actions, images=images, seeds=seeds):
            world = World.build(task, goal, np.arange(n, dtype=np.uint64) + next(seeds) * n, level)
            for chosen in actions:
                world.step(chosen, out=images)
            return actions.size

        rates.append(median_rate(run))
    return max(rates)


def minigrid_step_observe(env):
    """A MiniGrid environment with random actions, reset when an episode ends."""
    generator = np.random.default_rng(0)
    env.reset(seed=0)

    def run(steps=2000):
        for action in generator.integers(0, 6, steps):
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()
        return steps

    with contextlib.redirect_stdout(io.StringIO()):
        return median_rate(run)


def envpool_step_observe():
    """EnvPool's BabyAI: the best of several pool sizes, all cores."""
    import envpool

    rates = {}
    for n in (64, 256, 1024, 4096):
        env = envpool.make_gymnasium(ROOM, num_envs=n, num_threads=os.cpu_count(), seed=0)
        env.reset()
        actions = np.random.default_rng(0).integers(0, 6, (40_000 // n + 1, n), dtype=np.int32)

        def run(env=env, actions=actions):
            for chosen in actions:
                env.step(chosen)
            return actions.size

        rates[n] = median_rate(run)
        env.close()
    return max(rates.values())


def ours_rgb():
    """Step, look and colour, 2,160 worlds at a time."""
    world = World.reset(GRAMMAR.instructions * 20, 0)
    actions = np.random.default_rng(0).integers(0, 6, (16, len(world)), dtype=np.uint8)
    world.render()

    def run():
        for chosen in actions:
            world.step(chosen)
            world.render()
        return actions.size

    return median_rate(run)


def ours_demos(expert, n):
    """Demonstrations from nothing to arrays."""
    make_demos(GRAMMAR, 108, expert=expert)
    seeds = iter(range(1, 1000))
    return median_rate(lambda: len(make_demos(GRAMMAR, n, seed=next(seeds), expert=expert, progress=False)))


def bot_demos(episodes=60):
    """BabyAIBot in a MiniGrid loop, on GO-TO and PICK-UP rooms like ours (it knows no ESCAPE-FROM)."""
    envs = [gymnasium.make(f"lva:{name}").unwrapped for name in ("LVA-GoTo-v0", "LVA-PickUp-v0")]
    seeds = iter(range(1_000_000))

    def run():
        for _ in range(episodes // 2):
            for env in envs:
                env.reset(seed=next(seeds))
                play_bot(env)
        return episodes

    return median_rate(run)


def on_one_core(measure, *arguments):
    """The rate of a measurement whose kernels use one thread."""
    numba.set_num_threads(1)
    try:
        return measure(*arguments)
    finally:
        numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)


def memory_of_a_million():
    """Peak memory of generating and holding a million demonstrations, in GB above the interpreter."""
    import psutil

    process = psutil.Process()
    make_demos(GRAMMAR, 108)
    before = process.memory_info().rss
    start = time.perf_counter()
    demos = make_demos(GRAMMAR, 1_000_000, seed=77, progress=False)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return len(demos), (peak - before) / 1e9, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demos", type=int, default=200_000, help="demonstrations a repeat")
    arguments = parser.parse_args()
    n, gigabytes, seconds = memory_of_a_million()
    steps, rgb = ours_step_observe(), ours_rgb()
    demos, sighted = (ours_demos(expert, arguments.demos) for expert in ("oracle", "sighted"))
    one_core = {
        "step + observe": on_one_core(ours_step_observe),
        "demonstrations, oracle": on_one_core(ours_demos, "oracle", arguments.demos),
        "demonstrations, sighted": on_one_core(ours_demos, "sighted", arguments.demos),
        "RGB observation": on_one_core(ours_rgb),
    }
    with contextlib.redirect_stdout(io.StringIO()):
        room = gymnasium.make(ROOM).unwrapped
        colored = RGBImgPartialObsWrapper(gymnasium.make(ROOM).unwrapped)
    loop, pool, bot, wrapper = (
        minigrid_step_observe(room),
        envpool_step_observe(),
        bot_demos(),
        minigrid_step_observe(colored),
    )
    no_expert = "no expert, none of our verbs"
    rows = [
        ("step + observe", "steps/s", steps, "MiniGrid 3.2", loop, 1500, "one core; the semantics we match"),
        ("step + observe", "steps/s", steps, "EnvPool 1.2.5", pool, 60, f"all cores; {no_expert}"),
        ("demonstrations, oracle", "episodes/s", demos, "BabyAIBot", bot, None, "one core; no ESCAPE-FROM"),
        ("demonstrations, sighted", "episodes/s", sighted, "BabyAIBot", bot, None, "one core; no ESCAPE-FROM"),
        ("RGB observation", "frames/s", rgb, "RGBImgPartialObsWrapper", wrapper, None, "one core"),
    ]
    floors = {"step + observe": 10e6, "demonstrations, oracle": 3e5, "demonstrations, sighted": 3e5}
    table = [
        {
            "what": what,
            "unit": unit,
            "lva": round(ours),
            "lva_one_core": round(one_core[what]),
            "peer": peer,
            "peer_rate": round(theirs),
            "ratio": round(ours / theirs),
            "to_reach": floors.get(what, 5e5),
            "ratio_to_reach": ratio,
            "peer_note": note,
            "hardware": hardware(),
        }
        for what, unit, ours, peer, theirs, ratio, note in rows
    ]
    table.append(
        {
            "what": f"memory of {n:,} demonstrations",
            "unit": "GB",
            "lva": round(gigabytes, 2),
            "to_reach": 2,
            "peer_note": f"made in {seconds:.1f} s",
            "hardware": hardware(),
        }
    )
    write_table(table, "bench_world")


if __name__ == "__main__":
    main()
