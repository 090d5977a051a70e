"""Whether LINE can fetch what the library hands out."""

from django.conf import settings

HERE = ("http://127.0.0.1", "http://localhost")


def is_reachable() -> bool:
    """LINE asks for https; the simulator, on this machine, does not."""
    return settings.MEDIA_BASE_URL.startswith("https://") or (
        settings.LINE_API_BASE.startswith(HERE) and settings.MEDIA_BASE_URL.startswith(HERE)
    )
