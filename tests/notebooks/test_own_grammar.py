"""The docs' grammar of one's own, with doors, through every notebook; tiny."""

import re
import shlex
import subprocess
import sys

import pandas as pd

from lva.ground import paths
from lva.world import load_grammar


def test_the_grammar_and_the_command_of_the_docs_run_to_the_end(tmp_path, environment):
    section = (paths.project() / "docs/own-grammar.md").read_text()
    grammar = tmp_path / "mine.toml"
    grammar.write_text(re.search("```toml\n(.*?)```", section, re.S)[1])
    arguments = shlex.split(re.search("^    python -m lva (run.*)$", section, re.M)[1])
    tiny = {"grammar": grammar, "controls": "false", "samples": 1_280, "reference_seeds": 1, "draws": 1}
    tiny |= {"documents": 160, "pictures": 160}
    options = [part for name, value in tiny.items() for part in ("-p", name, str(value))]
    command = [sys.executable, "-m", "lva", *arguments, "--profile", "smoke", *options]
    done = subprocess.run(command, env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    results = tmp_path / "cache/mine/results"
    assert pd.read_csv(results / "results.csv").value.notna().all()
    assert pd.read_csv(results / "success_by_instruction.csv").instruction.nunique() == 60
    assert len(load_grammar(grammar).texts) == 60
    assert (tmp_path / "cache/mine/figures/04_headline.png").exists()
