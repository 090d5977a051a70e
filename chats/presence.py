"""Who is writing an answer at this moment. It lives in the cache: what is lost there is back at once."""

import time

from django.core.cache import cache

from accounts.models import User

LASTS = 8  # seconds since the last key


def note(friend_id: int, user: User) -> None:
    """This person is typing. Two who type at once may hide each other for a moment, no longer."""
    cache.set(_key(friend_id), _present(friend_id) | {user.pk: (str(user), time.time())}, LASTS)


def leave(friend_id: int, user: User) -> None:
    """This person has sent, or emptied the field."""
    others = _present(friend_id)
    others.pop(user.pk, None)
    cache.set(_key(friend_id), others, LASTS)


def others(friend_id: int, user: User) -> list[str]:
    """Names of the others who are typing."""
    return sorted(name for pk, (name, _at) in _present(friend_id).items() if pk != user.pk)


def _present(friend_id: int) -> dict[int, tuple[str, float]]:
    known = cache.get(_key(friend_id)) or {}
    return {pk: (name, at) for pk, (name, at) in known.items() if time.time() - at < LASTS}


def _key(friend_id: int) -> str:
    return f"chat_typing:{friend_id}"
