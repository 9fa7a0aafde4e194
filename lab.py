"""Set up what is missing, then open the notebooks, check everything, grade a class, or store the notebooks.

python3 lab.py            open the notebooks in JupyterLab (options with -- go there: --no-browser)
python3 lab.py test       run every check: ruff, mypy, pytest, the notebooks under strict nbval;
                          with --quick the notebooks and the quick tests only, without a browser
python3 lab.py grade DIR  for instructors: who solved what, and which mistake it was (--to, --workers)
python3 lab.py save       for maintainers: run all notebooks and store them with their outputs
python3 lab.py site       for maintainers: build the web page, and the series in the browser, into site/

With --pinned, the exact versions that were tested together are installed: for a class.
Needs Python 3.11 or newer (Windows: py lab.py), and never overwrites anything in my_work/.
"""

from __future__ import annotations  # an older Python, too, must get as far as being told

import signal
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent
NBVAL = "notebooks --nbval --nbval-current-env --nbval-cell-timeout 60"
CHECKS = ["ruff check .", "ruff format --check .", "mypy", "pytest tests/browser -r R"]
# A browser leaves it time. By scope, because a notebook's cells need one worker.
BESIDE = f"pytest tests {NBVAL} --ignore=tests/browser -n 2 --dist loadscope"
PARTS = {"test": ["test"], "grade": [], "save": ["test"], "site": ["site"]}  # what a word needs


def main(arguments: list[str]) -> None:
    """Do what the first argument says."""
    if sys.version_info < (3, 11):
        sys.exit(f"dropout_lab needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    sys.path.insert(0, str(TOP / "src"))
    from dropout_lab.install import Clone, set_up
    from dropout_lab.start import open_lab

    clone, pinned = Clone(TOP), ["pinned"] if "--pinned" in arguments else []
    words = [argument for argument in arguments if argument != "--pinned"]
    word = words[0] if words else ""
    if word in ("-h", "--help"):
        sys.exit(print(__doc__))
    if word and not word.startswith("--") and word not in PARTS:
        sys.exit(__doc__)
    set_up(clone, *PARTS.get(word, []), *pinned)
    if word == "test":
        if "--quick" in words:
            sys.exit(clone.run(*BESIDE.split(), "-m", "not slow"))
        with clone.beside(*BESIDE.split()) as end:
            failed = [check for check in CHECKS if clone.run(*check.split()) != 0]
            failed += [BESIDE] if end() else []
        sys.exit("Failed: " + "; ".join(failed) if failed else 0)
    if word == "grade":
        sys.exit(clone.run("dropout_lab", *words, folder=Path.cwd()))
    if word in PARTS:
        sys.exit(clone.run({"save": "tools.save_notebooks", "site": "tools.build_site"}[word]))
    sys.exit(open_lab(clone.python, TOP / "notebooks", TOP / "my_work", words))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being ended is as being stopped
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("\nStopped; nothing is lost. Run this command again to go on.")
