"""What all tests of linking share."""

import pytest

from linking.views import proving


@pytest.fixture(autouse=True)
def patient_pages(monkeypatch):
    """All tests come from one network address, and more than a minute's worth of them run in a minute."""
    monkeypatch.setattr(proving, "POSTS_A_MINUTE", 100_000)
