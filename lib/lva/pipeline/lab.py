"""Save notebooks in JupyterLab without outputs, so that running one does not change its file.

`make lab` starts JupyterLab with `--ContentsManager.pre_save_hook=lva.pipeline.lab.save_without_outputs`.
"""

from __future__ import annotations

from typing import Any

NOT_OURS = ("kernelspec", "language_info", "widgets")  # metadata that JupyterLab rewrites


def save_without_outputs(model: dict[str, Any], path: str, contents_manager: Any, **kwargs: Any) -> None:
    """Strip outputs and execution counts, and keep the metadata of the file on disk; in place, as the hook requires."""
    if model["type"] != "notebook" or model["content"]["nbformat"] != 4:
        return
    for cell in model["content"]["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["metadata"].pop("execution", None)
    if contents_manager.file_exists(path):
        on_disk = contents_manager.get(path, type="notebook")["content"]["metadata"]
        for name in NOT_OURS:
            model["content"]["metadata"].pop(name, None)
            if name in on_disk:
                model["content"]["metadata"][name] = on_disk[name]
