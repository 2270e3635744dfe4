"""A build step: notebooks, profiles, grammars, the registry and the published tables go into the wheel, as `lva/share`.

The top level of the repository keeps them where people look for them; an installed package finds them in itself.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parents[1]
SHARED = (
    "notebooks/*.ipynb",
    "notebooks/params/*.yaml",
    "data/*.toml",
    "data/*.csv",
    "data/grammars/*.toml",
    "data/results/*.csv",
    "data/results/*/*.csv",
    "data/results/*/*.json",
    "data/vectors/*",
)


class BuildWithShare(build_py):
    """Copies SHARED beside the package's own files; an editable install needs no copy."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        for pattern in SHARED:
            for source in sorted(ROOT.glob(pattern)):
                target = Path(self.build_lib) / "lva" / "share" / source.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
