"""A result depends on the code that it needs, and on no other."""

import pytest

from lva.ground.code import code_hash, code_of


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


def test_training_an_agent_does_not_need_the_figures():
    needed = code_of("from lva.agent import train")
    assert "lva.agent.model" in needed and "lva.world.kernels.dynamics" in needed
    assert not [name for name in needed if name.startswith(("lva.figures", "lva.report", "lva.models"))]
