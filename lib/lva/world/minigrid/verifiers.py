"""The third task in BabyAI's own terms: an instruction class beside its `GoToInstr` and `PickupInstr`."""

from __future__ import annotations

from minigrid.envs.babyai.core.verifier import ActionInstr, ObjDesc


class EscapeFromInstr(ActionInstr):
    """Get at least `far` steps away (Manhattan distance) from the objects of a description.

    An object that is carried, or that is gone, cannot be escaped from.
    """

    def __init__(self, obj_desc: ObjDesc, far: int = 5):
        super().__init__()
        self.desc = obj_desc
        self.far = far

    def surface(self, env) -> str:
        return "escape from " + self.desc.surface(env)

    def reset_verifier(self, env) -> None:
        super().reset_verifier(env)
        self.desc.find_matching_objs(env)

    def verify_action(self, action) -> str:
        self.desc.find_matching_objs(self.env, use_location=False)
        ax, ay = self.env.agent_pos
        away = [abs(x - ax) + abs(y - ay) >= self.far for x, y in self.desc.obj_poss]
        return "success" if away and all(away) else "continue"
