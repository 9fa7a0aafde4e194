"""A figure that answers quickly: what stands still is drawn once, only what moves is drawn again."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.etree.ElementTree import Element

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

WIDTH = 720  # pixels on the page; the picture itself is finer, for sharp screens
DOTS_PER_PIXEL = 1.6
COLORS = 96


class Live:
    """A figure of stacked axes. Give it the artists that move with `moves`, change them, take `png`.

    beside: put the axes side by side. margins: for `subplots_adjust`; without them the axes are laid
    out around their labels. shades: colors (r, g, b) from 0 to 255 that may come later.
    """

    def __init__(
        self,
        height: float,
        axes: int = 1,
        *,
        beside: bool = False,
        width: int = WIDTH,
        margins: Mapping[str, float] | None = None,
        shades: Sequence[tuple[int, int, int]] = (),
    ) -> None:
        size = (width / 100, height / 100)
        self.figure = Figure(figsize=size, dpi=100 * DOTS_PER_PIXEL)
        if not margins:
            self.figure.set_layout_engine("constrained")
        self._canvas = FigureCanvasAgg(self.figure)
        shape = (1, axes) if beside else (axes, 1)
        self.axes: list[Axes] = list(
            self.figure.subplots(*shape, sharex=not beside, squeeze=False).flat
        )
        if margins:
            self.figure.subplots_adjust(**margins)
        for one in self.axes:
            one.spines[["top", "right"]].set_visible(False)
        self._moving: list[Artist] = []
        self._palette: Image.Image | None = None
        self._width, self._height, self._shades = width, height, shades

    def moves(self, artists: Sequence[Artist]) -> None:
        """These artists change from picture to picture."""
        for artist in artists:
            artist.set_animated(True)
        self._moving.extend(artists)

    def stale(self) -> None:
        """Something that stands still has changed (limits, labels): draw all of it the next time."""
        self._palette = None

    def png(self) -> bytes:
        """The figure as it is now."""
        if self._palette is None:
            self._draw_still()
        self._canvas.restore_region(self._still)
        self._draw_moving()
        png = BytesIO()
        # A fixed palette halves the time and quarters the bytes: text and encoding are what costs.
        self._pixels().quantize(palette=self._palette, dither=Image.Dither.NONE).save(
            png, "png", compress_level=1
        )
        return png.getvalue()

    def image(self, words: str) -> Element:
        """The figure as an <img> with the words as its alternative text."""
        data = b64encode(self.png()).decode()
        size = {"width": f"{self._width}", "height": f"{self._height:.0f}"}
        source = {"src": f"data:image/png;base64,{data}"}
        return Element("img", {"class": "dropout-chart", "alt": words} | size | source)

    def _draw_still(self) -> None:
        self._canvas.draw()
        self.figure.set_layout_engine("none")  # laid out once: that takes longer than drawing
        self._still = self._canvas.copy_from_bbox(self.figure.bbox)
        self._draw_moving()
        self._palette = self._with_shades(self._pixels()).quantize(COLORS)

    def _draw_moving(self) -> None:
        for artist in self._moving:
            self.figure.draw_artist(artist)

    def _with_shades(self, pixels: Image.Image) -> Image.Image:
        """The picture under a strip of each shade, so that the palette has them all."""
        for k, shade in enumerate(self._shades):
            pixels.paste(shade, (0, 8 * k, pixels.width, 8 * k + 8))
        return pixels

    def _pixels(self) -> Image.Image:
        size = self._canvas.get_width_height(physical=True)
        return Image.frombuffer("RGBA", size, self._canvas.buffer_rgba()).convert("RGB")
