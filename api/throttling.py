"""How often one key, or one person, may call."""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import AgencyKey, ApiKey

if TYPE_CHECKING:  # these modules are loaded by rest_framework.views itself
    from rest_framework.views import APIView

WINDOW = 60


class PerCaller(BaseThrottle):
    """At most API_REQUESTS_PER_MINUTE in each minute of the clock; one counter, however high the rate."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not request.user or not request.user.is_authenticated:
            return True
        minute, second = divmod(time.time(), WINDOW)
        self.seconds_left = WINDOW - second
        counter = f"api:{_name(request)}:{int(minute)}"
        return _count(counter) <= settings.API_REQUESTS_PER_MINUTE

    def wait(self) -> float:
        """Seconds until the next request is let through."""
        return self.seconds_left


def _count(counter: str) -> int:
    try:
        return cache.incr(counter)
    except ValueError:  # the first of this minute; of two firsts at once, one goes uncounted
        cache.add(counter, 1, timeout=2 * WINDOW)
        return 1


def _name(request: Request) -> str:
    key: ApiKey | AgencyKey | None = request.auth  # type: ignore[assignment]  # no token of rest_framework
    return f"key{key.prefix}" if key else f"user{request.user.pk}"
