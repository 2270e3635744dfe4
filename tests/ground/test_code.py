"""A result depends on the code that it needs, and on no other."""

import shutil

import pytest

from lva.ground.artifacts import save_artifact
from lva.ground.code import announce_outdated, announce_remaking, changed_code, code_hash, code_of
from lva.ground.paths import PACKAGE


@pytest.fixture
def package(tmp_path):
    """A package of two rooms, whose front door passes on one name of each of two modules."""
    root = tmp_path / "demo"
    files = {
        "__init__.py": "",
        "base.py": "SIZE = 3",
        "room/__init__.py": "from demo.room.one import first\nfrom demo.room.two import second as renamed",
        "room/one.py": "from demo.base import SIZE\ndef first():\n    return SIZE",
        "room/two.py": "def second():\n    return 2",
        "hall.py": "from demo import room\ndef enter():\n    return room.renamed()",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("from demo.room import first", {"demo.room.one", "demo.base"}),
        ("from demo.room import renamed", {"demo.room.two"}),
        ("from demo import room\nroom.renamed()", {"demo.room.two"}),
        ("from demo import room as r\nr.first()", {"demo.room.one", "demo.base"}),
        ("import demo.room.two", {"demo.room.two"}),
        ("from demo.hall import enter", {"demo.hall", "demo.room.two"}),
        ("def f():\n    from demo.room import first", {"demo.room.one", "demo.base"}),
        ("import numpy\nfrom demo import nothing", set()),
    ],
)
def test_only_what_a_name_needs_is_followed(package, source, needed):
    assert set(code_of(source, package)) == needed


def test_a_change_of_what_is_needed_is_noticed_and_no_other(package):
    before = code_of("from demo.room import first", package)
    (package / "room/two.py").write_text("def second():\n    return 3")
    assert code_of("from demo.room import first", package) == before
    (package / "base.py").write_text("SIZE = 44")
    after = code_of("from demo.room import first", package)
    assert {name for name in before if before[name] != after[name]} == {"demo.base"}


def test_comments_docstrings_and_layout_do_not_count():
    plain = 'def f(x):\n    return x + 1\nclass A:\n    """Doc."""\n'
    told = '"""Module."""\n\n\ndef f(x):  # adds\n    """One more."""\n    return x+1\nclass A:\n    """Other."""\n'
    assert code_hash(plain) == code_hash(told)
    assert code_hash(plain) != code_hash(plain.replace("1", "2"))
    assert code_hash("x = 'text'") != code_hash("x = 'other'")


def test_changed_code_is_named_if_all_else_is_the_same():
    old = {"seed": 1, "code": {"a": "1", "b": "1", "gone": "1"}}
    assert changed_code(old, old) == []
    assert changed_code({"seed": 1, "code": {"a": "1", "b": "2", "new": "1"}}, old) == ["b", "gone", "new"]
    assert changed_code({"seed": 2, "code": {"b": "2"}}, old) == []
    assert changed_code(old, {"seed": 1}) == ["a", "b", "gone"]


def test_remaking_is_announced_in_one_line(capsys):
    announce_remaking("agents/seed-0", ["a", "b"])
    announce_remaking("agents/seed-0", ["a", "b", "c", "d", "e"])
    assert capsys.readouterr().out.splitlines() == [
        "agents/seed-0 was made by other code: a, b changed; making it again",
        "agents/seed-0 was made by other code: a, b, c and 2 more changed; making it again",
    ]


def test_only_a_whole_file_of_the_same_configuration_is_outdated(tmp_path, capsys):
    path, old = tmp_path / "x.npz", {"seed": 1, "code": {"a": "1"}}
    new = {"seed": 1, "code": {"a": "2"}}
    assert not announce_outdated(path, config=new, made_by="01_demos")
    save_artifact(path, lambda file: file.write_text("x"), config=old, made_by="01_demos")
    assert not announce_outdated(path, config=old, made_by="01_demos")
    assert not announce_outdated(path, config=new | {"seed": 2}, made_by="01_demos")
    assert capsys.readouterr().out == ""
    assert announce_outdated(path, config=new, made_by="01_demos")
    assert capsys.readouterr().out == f"{path} was made by other code: a changed; making it again\n"
    path.write_text("damaged")
    assert not announce_outdated(path, config=new, made_by="01_demos")


def test_a_change_in_learning_counts_for_an_agent_and_one_in_figures_does_not(tmp_path):
    """On a copy of the library."""
    copy = shutil.copytree(PACKAGE, tmp_path / "lva", ignore=shutil.ignore_patterns("__pycache__", "*.ipynb"))
    source = "import lva.agent.learning.cloning"
    before = code_of(source, copy)
    for name in ("figures/style.py", "report/captions.py", "alignment/__init__.py"):
        with open(copy / name, "a") as file:
            file.write("\nX = 1\n")
    assert code_of(source, copy) == before
    with open(copy / "agent/learning/steps.py", "a") as file:
        file.write("\n# a comment\n")
    assert code_of(source, copy) == before
    with open(copy / "agent/learning/steps.py", "a") as file:
        file.write("\nX = 1\n")
    after = code_of(source, copy)
    assert [name for name in after if after[name] != before[name]] == ["lva.agent.learning.steps"]


def test_training_an_agent_does_not_need_the_figures():
    needed = code_of("from lva.agent import train")
    assert "lva.agent.model" in needed and "lva.world.kernels.dynamics" in needed
    assert not [name for name in needed if name.startswith(("lva.figures", "lva.report", "lva.models"))]
