"""The tasks as gymnasium environments: `gymnasium.make("lva:LVA-GoTo-v0")`.

gymnasium imports what stands before the colon, and `import lva` then registers them; so does `lva.world`, which has
them. Environments are given by name alone, so that nothing is loaded before one is made.
"""

from __future__ import annotations

ENTRY_POINT = "lva.world.minigrid.environments:OneRoomEnv"
ENVIRONMENTS = {
    "LVA-GoTo-v0": ("go-to",),
    "LVA-PickUp-v0": ("pick-up",),
    "LVA-EscapeFrom-v0": ("escape-from",),
    "LVA-Mixed-v0": ("go-to", "pick-up", "escape-from"),
}


def register_environments() -> None:
    """Make the environments known to gymnasium; calling it again is harmless."""
    from gymnasium.envs.registration import register, registry  # gymnasium itself may be half imported

    for name, tasks in ENVIRONMENTS.items():
        if name not in registry:
            register(name, entry_point=ENTRY_POINT, kwargs={"tasks": tasks}, disable_env_checker=True)
