"""The agent: the paper's transformer, its training by behavioural cloning, its rollouts."""

from lva.agent.config import AgentConfig
from lva.agent.course import success_along, success_courses
from lva.agent.evaluation import Evaluation, agent_policy, evaluate, floor_policy, join_evaluations
from lva.agent.learning.ablation import VARIANTS, Trial, Variant, ablate, pretrained_words
from lva.agent.learning.cloning import TrainConfig, train, train_all
from lva.agent.learning.controls import CONTROLS, agent_jobs
from lva.agent.learning.runs import Run, load_index, load_run, save_index
from lva.agent.model import Agent, load_agent, new_agent
from lva.ground.jobs import side_by_side
from lva.ground.training import TrainingDiverged

__all__ = [
    "CONTROLS",
    "VARIANTS",
    "Agent",
    "AgentConfig",
    "Evaluation",
    "Run",
    "TrainConfig",
    "TrainingDiverged",
    "Trial",
    "Variant",
    "ablate",
    "agent_jobs",
    "agent_policy",
    "evaluate",
    "floor_policy",
    "join_evaluations",
    "load_agent",
    "load_index",
    "load_run",
    "new_agent",
    "pretrained_words",
    "save_index",
    "side_by_side",
    "success_along",
    "success_courses",
    "train",
    "train_all",
]
