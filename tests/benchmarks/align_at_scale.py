"""P@k of the agents that `train_at_scale.py` trained with the models of a run, along the training.

Also what E_L is about at each moment. Needs the folder of the training and a run of the same grammar made here:

    python tests/benchmarks/align_at_scale.py FOLDER --run laptop
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from harness import write_table

from lva.alignment import Moment, agreement_course, composition_course
from lva.ground import paths
from lva.ground.runs import open_run
from lva.spaces.run import subjects_of_run

TABLES = ("scale", "scale_success")  # what the training measured itself


def main() -> None:
    """Read, compare, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--run", default="laptop")
    asked = asked.parse_args()
    subjects = subjects_of_run(open_run(asked.run))
    references = {name: space.draws[0] for name, space in subjects.every.of("reference").items()}
    with np.load(asked.folder / "scale_traces.npz") as traces:
        moments = [
            Moment("samples", int(at), agent, traces[key].astype(float))
            for key in traces.files
            for agent, at in [key.split("/")]
        ]
    factors = subjects.items[["task", "phrase", "color", "kind"]]
    hardware = pd.read_csv(asked.folder / "scale.csv").hardware[0]
    courses = {"course": agreement_course(moments, references), "composition": composition_course(moments, factors)}
    for name, table in courses.items():
        write_table(table.round(4).assign(hardware=hardware).to_dict("records"), f"scale_{name}")
    for name in TABLES:
        shutil.copyfile(asked.folder / f"{name}.csv", paths.benchmarks() / f"{name}.csv")


if __name__ == "__main__":
    main()
