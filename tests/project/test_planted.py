"""The stored bugs fit the files they are planted in, and one that no test sees is told.

That each of them turns its tests red takes minutes: `python -m tools.planted`.
"""

import subprocess
from pathlib import Path

import planted
import pytest

TOP = Path(__file__).parents[2]
BUGS = planted.read_bugs()


@pytest.mark.parametrize("name", BUGS)
def test_a_stored_bug_can_be_planted_and_its_tests_are_there(name):
    bug = BUGS[name]
    text = (TOP / bug.file).read_bytes()
    assert bug.planted(text) != text
    assert bug.what.endswith(".")
    assert bug.tests
    for test in bug.tests:
        file, _, function = test.partition("::")
        words = f"def {function.partition('[')[0]}(" if function else ""
        assert words in (TOP / file).read_text(encoding="utf-8")


TINY = {
    "src/tiny.py": "def double(x):\n    return 2 * x\n",
    "tests/test_tiny.py": "import tiny\n\ndef test_double():\n    assert tiny.double(2) == 4\n",
}
BUG = """
what = "It is no double."
file = "src/tiny.py"
old = "{old}"
new = "{new}"
tests = ["tests/test_tiny.py::test_double"]
"""


def test_a_bug_that_no_test_sees_or_that_cannot_be_planted_is_told(tmp_path, capsys):
    bugs = {"seen": ("2 * x", "3 * x"), "unseen": ("2 * x", "x ** 2"), "gone": ("x * 2", "x")}
    files = {
        f"tests/planted/{name}.toml": BUG.format(old=old, new=new)
        for name, (old, new) in bugs.items()
    }
    for name, text in (TINY | files).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run("git init -q && git add .", shell=True, cwd=tmp_path, check=True)
    assert planted.main([], tmp_path) == 1
    said = capsys.readouterr().out
    assert "seen: red\n" in said
    assert "unseen: STAYED GREEN\n" in said
    assert "gone: error: `old` stands in src/tiny.py 0 times, not once\n" in said
    assert planted.main(["seen"], tmp_path) == 0
    assert (tmp_path / "src/tiny.py").read_text() == TINY["src/tiny.py"]
