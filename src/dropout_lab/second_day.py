"""What a notebook shows on the second day: its still pictures, where the labs of yesterday are gone.

A notebook that was run and saved holds views of widgets whose kernel has ended. JupyterLab prefers
such a view to the picture stored beside it, and says "model not found". This server extension leaves
them out of what the browser reads; the file stays as it is. While a kernel runs for the notebook,
its views are kept, so that reloading the page changes nothing.
"""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

NAME = "dropout_lab.second_day"
VIEW = "application/vnd.jupyter.widget-view+json"


def views(notebook: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Each output with a view of a widget and a picture beside it: its data, and which widget."""
    outputs = [out for cell in notebook.get("cells", []) for out in cell.get("outputs", [])]
    data = [out.get("data", {}) for out in outputs]
    return [(kinds, str(kinds[VIEW])) for kinds in data if VIEW in kinds and "text/html" in kinds]


def without_dead_views(get: Callable[..., Any], sessions: Any) -> Callable[..., Any]:
    """`get` of a contents manager, which leaves out the views that no running kernel can fill.

    sessions: the server's session manager. A view that was dead once stays dead: the kernel that
    starts when a notebook is opened knows nothing of yesterday's.
    """
    dead: set[tuple[str, str]] = set()

    @wraps(get)
    async def read(path: str, *arguments: Any, **options: Any) -> Any:
        model = await get(path, *arguments, **options)  # it also checks trust, on the stored text
        if model["type"] != "notebook" or not model["content"]:
            return model
        name = path.strip("/")
        found = views(model["content"])
        if not await sessions.session_exists(path=name):
            dead.update((name, widget) for _, widget in found)
        for kinds, widget in found:
            if (name, widget) in dead:
                del kinds[VIEW]
        return model

    return read


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": NAME}]


def _load_jupyter_server_extension(server: Any) -> None:
    manager = server.contents_manager
    if iscoroutinefunction(manager.get):  # as Jupyter's own is; another's is left alone
        manager.get = without_dead_views(manager.get, server.session_manager)
