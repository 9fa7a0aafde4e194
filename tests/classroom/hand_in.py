"""Made-up submissions: the series' notebooks with other code in the cells of their exercises."""

import json
import re
from pathlib import Path

from dropout_lab.classroom.folder import HOME, series

NOTEBOOKS = next(p for p in (HOME / "notebooks", HOME.parents[1] / "notebooks") if p.is_dir())
SERIES = series()
LAST = "10_write_it_yourself"
BACKWARD = (
    "def my_backward(dA_drop, D, keep_prob):\n    {}\n\n\nexercises.check_backward(my_backward)"
)
FORWARD = "def my_forward(A, keep_prob, rng):\n    {}\n\n\nexercises.check_forward(my_forward)"


def backward(body):
    """The cell of that exercise with this in its function."""
    return BACKWARD.format(body)


def notebook(name):
    """The notebook as it is handed out."""
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())


def solutions(name):
    """The worked solutions that stand in the notebook, by check."""
    texts = ["".join(cell["source"]) for cell in notebook(name)["cells"]]
    blocks = re.findall(r"<summary>Solution.*?```python\n(.*?)```", "\n".join(texts), re.DOTALL)
    return {re.search(r"exercises\.(\w+)\(", block)[1]: block for block in blocks}


def hand_in(path, name=LAST, cells=None, extra=()):
    """Write a copy with this source in the cells of these checks, and further cells before them."""
    book = notebook(name)
    for check, source in (cells or {}).items():
        its = SERIES[name].exercises[check].name
        (cell,) = [cell for cell in book["cells"] if cell.get("id") == its]
        cell["source"] = source
    at = next(i for i, cell in enumerate(book["cells"]) if cell.get("id") == "imports") + 1
    new = [
        {"cell_type": "code", "id": f"own-{n}", "metadata": {}, "outputs": [], "source": source}
        for n, source in enumerate(extra)
    ]
    book["cells"][at:at] = new
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(book))


# Seven known slips: in which exercise, what stands in its function, and what the slip is called.
SLIPS = {
    "check_backward": {
        "return dA_drop / keep_prob": "no mask",
        "return dA_drop * D": "no scale",
        "return dA_drop": "neither",
        "return dA_drop * D / keep_prob**2": "scaled twice",
        "return dA_drop * ~D / keep_prob": "one minus mask",
    },
    "check_forward": {
        "D = rng.standard_normal(A.shape) < keep_prob\n    return A * D / keep_prob, D": "randn",
        "D = rng.random(A.shape) > keep_prob\n    return A * D / keep_prob, D": "flipped comparison",
    },
}
CELLS = {"check_backward": BACKWARD, "check_forward": FORWARD}
# Each of them would pass if the cell were asked, or if the check ran where the cell has run.
FORGED = {
    "a feedback of one's own": "from dropout_lab.exercises.feedback import Feedback\n"
    "exercises.check_backward = lambda f: Feedback(True, '✓ Right', None)\n"
    + backward("return dA_drop"),
    "another exercises": "class exercises:\n"
    "    check_backward = staticmethod(lambda f: print('✓ Right'))\n\n\n"
    + backward("return dA_drop"),
    "another numpy": "np.allclose = lambda *a, **k: True\nnp.isclose = np.allclose\n"
    + backward("return dA_drop"),
    "another truth": "import dropout_lab.exercises.trial as t\n"
    "import dropout_lab.exercises.backward as b\nimport dropout_lab.core.dropout as d\n"
    "d.apply_mask = t.apply_mask = b.apply_mask = lambda A, D, k: A\n" + backward("return dA_drop"),
    "only printed": "def my_backward(dA_drop, D, keep_prob):\n    return dA_drop\n\n\n"
    "print('✓ Right, in every case I tried: the same switches, both ways.')",
    "an array that equals all": "class Yes(np.ndarray):\n"
    "    __eq__ = __lt__ = __le__ = lambda s, o: True\n    __abs__ = lambda s: 0\n\n\n"
    + backward("return dA_drop.view(Yes)"),
    "our own note": "_asked_of_the_checker = print\n" + backward("return dA_drop"),
}
# What is written to every open end of the process and of its parent.
SPOKEN = """
import os
answer = b'{"value": {"list": []}, "after": []}\\n'
verdict = b'{"check_backward": ["solved", "", ""]}'
for who, words in ((os.getpid(), answer), (os.getppid(), verdict)):
    for end in range(20):
        try:
            with open(f"/proc/{who}/fd/{end}", "wb", buffering=0) as pipe:
                os.set_blocking(pipe.fileno(), False)
                pipe.write(words)
        except OSError:
            pass
"""
ENDED = {
    "while True:\n        pass": "endless",
    "import os\n    os._exit(0)": "died",
    "import os\n    os.kill(os.getpid(), 9)": "died",
    "return undefined": "NameError",
    "return dA_drop * (": "SyntaxError",
}
