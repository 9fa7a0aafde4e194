"""Where a learner's line could not be run: that line and the message in an empty frame, and nothing else."""

from xml.etree.ElementTree import Element

from dropout_lab.pictures.svg import MONO, add, label, picture, wrap

WIDTH, HEIGHT, LEFT = 860.0, 400.0, 48.0
MOST = 110  # characters of a line


def draw_failure(code: str, message: str) -> Element:
    """The frame of a picture, with no picture in it: the line, and why it gave none."""
    root = picture(WIDTH, HEIGHT, f"No picture. {code}: {message}")
    frame = {"x": 1.0, "y": 1.0, "width": WIDTH - 2, "height": HEIGHT - 2, "rx": 6}
    add(root, "rect", class_="wrong", stroke_width=2, stroke_dasharray="6 5", **frame)
    at = {"text_anchor": "start"}
    y = HEIGHT / 3
    for text in wrap(code, MOST - 20):
        label(root, LEFT, y, text, 17, font_family=MONO, font_weight=700, **at)
        y += 24
    y += 8
    for text in wrap(message, MOST):
        label(root, LEFT, y, text, 14, **at)
        y += 21
    return root
