"""The command `dropout-lab`, also `python -m dropout_lab`: open the notebooks, or do what a word asks.

dropout-lab             copy the notebooks into my_work/, never over a file of yours, and open JupyterLab
                        there (options with -- go to it: --no-browser, --port=9911)
dropout-lab grade DIR   for instructors: who solved what, and which mistake it was
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from dropout_lab.start import open_lab

# What a word calls with the arguments after it; loaded only when asked for.
COMMANDS = {"grade": "dropout_lab.classroom.grade:main"}
HERE = Path(__file__).parent


def notebooks() -> Path:
    """Where the notebooks are: in the installed package, or at the top of a clone."""
    return next(
        path for path in (HERE / "notebooks", HERE.parents[1] / "notebooks") if path.is_dir()
    )


def main(arguments: list[str] | None = None) -> None:
    """Do what the first argument says."""
    words = sys.argv[1:] if arguments is None else arguments
    word = words[0] if words else ""
    if word in COMMANDS:
        module, _, name = COMMANDS[word].partition(":")
        sys.exit(getattr(import_module(module), name)(words[1:]))
    if word in ("-h", "--help"):
        print(__doc__)
        sys.exit(0)
    if word and not word.startswith("--"):
        sys.exit(__doc__)
    if find_spec("jupyterlab") is None:
        sys.exit('JupyterLab is not installed here. This brings it: pip install "dropout_lab[lab]"')
    sys.exit(open_lab(sys.executable, notebooks(), Path.cwd() / "my_work", words))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
