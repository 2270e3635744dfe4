"""What made the results is written down, and kept for the notebooks that did not run."""

import json
import os

import numpy as np
import pandas as pd

from lva.ground.provenance import hardware, record_stages


def write_executed(folder, name, minutes):
    metadata = {"papermill": {"duration": 60 * minutes}}
    (folder / name).write_text(json.dumps({"metadata": metadata, "cells": []}))


def test_each_stage_has_its_minutes_machine_and_versions(tmp_path):
    write_executed(tmp_path, "02_second.ipynb", 1.5)
    write_executed(tmp_path, "03_third.partial.ipynb", 9)
    record_stages(tmp_path, tmp_path / "stages.csv")
    (row,) = pd.read_csv(tmp_path / "stages.csv").itertuples()
    assert (row.stage, row.minutes, row.numpy, row.hardware) == ("02_second", 1.5, np.__version__, hardware())
    assert hardware().startswith(f"{os.cpu_count()} cores, ")


def test_what_ran_elsewhere_keeps_its_row_and_what_ran_again_gets_another(tmp_path):
    write_executed(tmp_path, "02_second.ipynb", 2)
    record_stages(tmp_path, tmp_path / "stages.csv")
    (tmp_path / "02_second.ipynb").unlink()
    write_executed(tmp_path, "01_first.ipynb", 1)
    record_stages(tmp_path, tmp_path / "stages.csv")
    write_executed(tmp_path, "01_first.ipynb", 3)
    record_stages(tmp_path, tmp_path / "stages.csv")
    found = pd.read_csv(tmp_path / "stages.csv")
    assert found.stage.tolist() == ["01_first", "02_second"] and found.minutes.tolist() == [3, 2]
