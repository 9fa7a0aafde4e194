"""Statistics with axes: the only room that knows matplotlib."""

from typing import TYPE_CHECKING

from dropout_lab._lazy import lazily

_HOMES = {
    "eps_lines": "plots:eps_lines",
    "gradient_bars": "plots:gradient_bars",
    "gradient_strips": "plots:gradient_strips",
    "plot": "plots:plot",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from dropout_lab.charts.plots import eps_lines as eps_lines
    from dropout_lab.charts.plots import gradient_bars as gradient_bars
    from dropout_lab.charts.plots import gradient_strips as gradient_strips
    from dropout_lab.charts.plots import plot as plot
else:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
