"""Shared by all tests: the Hypothesis settings, and a generator."""

import numpy as np
import pytest
from hypothesis import settings

# Reproducible everywhere, and no time limits: a slow machine is not a failure.
settings.register_profile("lab", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("lab")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def pytest_collection_modifyitems(items):
    """The browser comes last: it leaves an event loop running in the main thread, which others start."""
    items.sort(key=lambda item: "browser" in item.path.parts)
