"""Alignment among language, vision and action representations: a runnable companion.

Rooms, in the order in which data flows: `ground`, `world`, `agent`, `models`, `spaces`, `alignment`, `studies`,
`report`, `figures`.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("lva")
except PackageNotFoundError:  # run from a checkout through PYTHONPATH
    __version__ = "0+checkout"
