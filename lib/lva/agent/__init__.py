"""The agent: the paper's transformer, its training by behavioural cloning, its rollouts."""

from lva.agent.config import AgentConfig
from lva.agent.evaluation import Evaluation, agent_policy, evaluate
from lva.agent.model import Agent, new_agent
from lva.agent.training import Run, TrainConfig, TrainingDiverged, train

__all__ = [
    "Agent",
    "AgentConfig",
    "Evaluation",
    "Run",
    "TrainConfig",
    "TrainingDiverged",
    "agent_policy",
    "evaluate",
    "new_agent",
    "train",
]
