"""dropout_lab: see why the backward pass of inverted dropout needs its mask and its scale."""

__version__ = "0.1.0"
