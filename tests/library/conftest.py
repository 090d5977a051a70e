from pathlib import Path

import pytest

from tests.browser import Browser


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    """Where files are kept; the addresses of messages begin with https://media.example."""
    settings.MEDIA_ROOT, settings.MEDIA_BASE_URL = tmp_path, "https://media.example"
    return tmp_path


@pytest.fixture
def client() -> Browser:
    """LINE, or a friend's phone: nobody who has signed in."""
    return Browser()
