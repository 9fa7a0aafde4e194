"""Solutions written by somebody who had read the notebooks and none of the checkers."""
