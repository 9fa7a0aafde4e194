"""The documents that the front page leads to, as pages of the site: those for who teaches."""

import posixpath
import re
from pathlib import Path
from string import Template

import mistune
from front_page import FRONT, SERIES, TOP, policy, style

DOCUMENTS = ("teaching", "pre_and_post_test")


def write_documents(folder: Path) -> None:
    """Write each into this folder, under its own name."""
    for name in DOCUMENTS:
        text = (TOP / "docs" / f"{name}.md").read_text(encoding="utf-8")
        (folder / f"{name}.html").write_text(as_page(text), encoding="utf-8")


def as_page(text: str) -> str:
    """A document as a page; its title is its first heading."""
    theme = (FRONT / "theme.js").read_text(encoding="utf-8")
    title = text.splitlines()[0].removeprefix("# ")
    template = Template((FRONT / "document.html").read_text(encoding="utf-8"))
    make = mistune.create_markdown(renderer=_Renderer(), plugins=["table"])
    fields = {"title": mistune.escape(title), "style": style(), "theme": theme}
    return template.substitute(fields, policy=policy(theme), text=make(text))


class _Renderer(mistune.HTMLRenderer):
    """Headings that can be linked to; links that lead somewhere on the site."""

    def heading(self, text: str, level: int, **attrs: object) -> str:
        """A heading with the anchor that GitHub gives it."""
        words = re.sub(r"<[^>]+>", "", text).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link; to what is not on the site, only its words."""
        target = on_site(url)
        return f'<a href="{mistune.escape(target)}">{text}</a>' if target else text


def on_site(url: str) -> str:
    """Where a link of a document in docs/ leads on the site; "" if nowhere."""
    if url.startswith(("https://", "#")):
        return url
    path, _, anchor = url.partition("#")
    path = posixpath.normpath(posixpath.join("docs", path))
    if path.startswith("notebooks/") and path.endswith(".ipynb"):
        return SERIES + posixpath.basename(path)
    name = posixpath.basename(path).removesuffix(".md")
    if path.startswith("docs/") and name in DOCUMENTS:
        return f"{name}.html{'#' + anchor if anchor else ''}"
    return ""
