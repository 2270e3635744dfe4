"""The agent: the paper's transformer, its training by behavioural cloning, its rollouts."""

from lva.agent.ablation import ablate
from lva.agent.config import AgentConfig
from lva.agent.evaluation import Evaluation, agent_policy, evaluate
from lva.agent.model import Agent, load_agent, new_agent
from lva.agent.training import Run, TrainConfig, TrainingDiverged, train

__all__ = [
    "Agent",
    "AgentConfig",
    "Evaluation",
    "Run",
    "TrainConfig",
    "TrainingDiverged",
    "ablate",
    "agent_policy",
    "evaluate",
    "load_agent",
    "new_agent",
    "train",
]
