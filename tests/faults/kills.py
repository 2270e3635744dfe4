"""Stop runs at random moments and see how they resume."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from pathlib import Path

from tests.faults.trial import SIGNALS, Trial, differing


def stop_once(number: int, seconds: float, expected: dict[str, str]) -> dict:
    """One trial, its moment and manner drawn from its number; `seconds`: what a run takes that nobody stops."""
    generator = random.Random(number)
    how, after = generator.choice([*SIGNALS]), generator.uniform(0, seconds)
    folder = Path(tempfile.mkdtemp(prefix="lva-faults-"))
    trial = Trial(folder)
    process = trial.start()
    time.sleep(after)
    left = trial.stop(process, how)
    finished = sorted(path.stem for path in (trial.cache / "tiny/notebooks").glob("??_*[a-z].ipynb"))
    trial.finish()
    changed = differing(trial.hashes(), expected)
    shutil.rmtree(folder)
    row = {"trial": number, "how": how, "after_s": round(after, 1), "stages_finished": len(finished)}
    return row | {"processes_left": len(left), "files_that_differ": " ".join(changed)}
