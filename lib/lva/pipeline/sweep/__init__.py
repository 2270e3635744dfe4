"""Many runs of the pipeline: a grid of parameters, done by processes here, by a Dask cluster, or by a batch system."""

from lva.pipeline.sweep.errors import SweepError
from lva.pipeline.sweep.grid import Grid, read_grid
from lva.pipeline.sweep.sweeping import sweep

__all__ = ["Grid", "SweepError", "read_grid", "sweep"]
