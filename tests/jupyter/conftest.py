"""Sessions with the installed kernel."""

import pytest

from sessions import session


@pytest.fixture
def kernel():
    """A session of its own."""
    with session() as running:
        yield running
