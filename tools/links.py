"""Write into README's table, behind each notebook, the links that open it in the browser and on Binder.

They need the address of the repository, so they are written once it has one:
`python -m tools.links OWNER/REPOSITORY`.
"""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
ROW = re.compile(r"^(\| \d+ \| \[[^]]+\]\(notebooks/([\w.]+)\))[^|]*\|", re.MULTILINE)


def linked(text: str, repository: str) -> str:
    """The README with both links behind every notebook of its table; a second time changes nothing.

    Raises ValueError unless repository is "OWNER/REPOSITORY".
    """
    if not re.fullmatch(r"[\w-]+/[\w.-]+", repository):
        raise ValueError(f"expected OWNER/REPOSITORY, got {repository!r}")
    owner, name = repository.split("/")
    site = f"https://{owner.lower()}.github.io/{name}/series/lab/index.html?path="
    binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/"
    return ROW.sub(rf"\1 · [in the browser]({site}\2) · [Binder]({binder}\2) |", text)


if __name__ == "__main__":
    README.write_text(linked(README.read_text(encoding="utf-8"), sys.argv[1]), encoding="utf-8")
