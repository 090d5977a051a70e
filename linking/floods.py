"""Who asks faster than people do: counted a minute at a time, and in Redis alone."""

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError


def is_flood(what: str, who: str, *, most: int) -> bool:
    """Whether this is more than `most` of the same within a minute. While Redis is away, nothing is."""
    counter = f"linking:{what}:{who}:{int(timezone.now().timestamp()) // 60}"
    try:
        cache.add(counter, 0, timeout=120)
        return cache.incr(counter) > most
    except (RedisError, ValueError):
        return False
