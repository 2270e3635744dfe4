"""A notebook that was run in JupyterLab is saved as it was."""

import json
import shutil

import nbformat
from jupyter_server.services.contents.filemanager import FileContentsManager

from lva.ground import paths

HOOK = "lva.pipeline.lab.save_without_outputs"


def test_running_and_saving_leaves_the_file_byte_for_byte(tmp_path):
    source = paths.notebooks() / "01_demos.ipynb"
    shutil.copy(source, tmp_path / "book.ipynb")
    manager = FileContentsManager(root_dir=str(tmp_path), pre_save_hook=HOOK)
    model = manager.get("book.ipynb", type="notebook")
    for number, cell in enumerate(model["content"]["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"] = [nbformat.v4.new_output("stream", text="seen")]
            cell["execution_count"], cell["metadata"]["execution"] = number, {"iopub.status.idle": "now"}
    model["content"]["metadata"]["language_info"] = {"name": "python", "version": "3.99", "pygments_lexer": "x"}
    manager.save(model, "book.ipynb")
    assert (tmp_path / "book.ipynb").read_bytes() == source.read_bytes()


def test_what_was_edited_is_saved(tmp_path):
    shutil.copy(paths.notebooks() / "01_demos.ipynb", tmp_path / "book.ipynb")
    manager = FileContentsManager(root_dir=str(tmp_path), pre_save_hook=HOOK)
    model = manager.get("book.ipynb", type="notebook")
    model["content"]["cells"][0]["source"] = "# Mine"
    manager.save(model, "book.ipynb")
    assert json.loads((tmp_path / "book.ipynb").read_text())["cells"][0]["source"] == ["# Mine"]
