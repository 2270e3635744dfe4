"""Tests keep their caches and data sets to themselves, and need no screen."""

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
