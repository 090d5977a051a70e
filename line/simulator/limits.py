"""The limits that answer 429: calls per second, and messages per month."""

from functools import cache

from line import rates
from line.simulator.exchange import Refusal


class Buckets:
    """A token bucket for each endpoint of a channel.

    LINE does not publish how much a bucket saves up; here it is one period's worth (200 for 200 a second).
    """

    def __init__(self) -> None:
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, endpoint: str, now: float) -> None:
        """Count one call of "POST /v2/…"; raises the refusal for calling too often.

        A clock that was turned back takes nothing away.
        """
        rate = _rate(endpoint)
        level, since = self._levels.get(endpoint, (float(rate.count), now))
        level = min(rate.count, level + max(0.0, now - since) * rate.per_second)
        if level < 1:
            self._levels[endpoint] = (level, now)
            raise Refusal(429, "The API rate limit has been exceeded. Try again later.")
        self._levels[endpoint] = (level - 1, now)


@cache
def _rate(endpoint: str) -> rates.Rate:
    method, _, path = endpoint.partition(" ")
    return rates.of(path, method)


def check_quota(quota: int | None, used: int, wanted: int) -> None:
    """Refuse what would go over the month's messages; on refusal nobody receives anything."""
    if quota is not None and used + wanted > quota:
        raise monthly_limit()


def monthly_limit() -> Refusal:
    """The same words whether the messages are used up, or set aside for a narrowcast under way."""
    return Refusal(429, "You have reached your monthly limit.")
