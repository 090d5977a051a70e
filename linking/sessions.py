"""Attempts of who opened a page inside LINE, and so is known."""

import secrets as random

from django.db import transaction
from django.utils import timezone

from accounts import board
from channels.signing_in import Person
from friends.signing_in import learn
from linking.attempts import LASTS
from linking.models import Link, LinkAttempt, hashed


@transaction.atomic
def begin_inside(friend_id: int, person: Person, *, entry: str, variant: str, browser: str) -> str:
    """The key of the page on which they show which customer they are, in the browser with this word."""
    key, now = random.token_urlsafe(24), timezone.now()
    LinkAttempt.objects.create(
        friend_id=friend_id,
        way=Link.Method.LIFF,
        entry=entry,
        variant=variant,
        state_hash=hashed(key),
        browser_hash=hashed(browser),
        is_friend=person.is_friend,
        started_at=now,
        expires_at=now + LASTS,
    )
    learn(friend_id, person, at=now, key=f"liff:{friend_id}", is_new=False)
    board.call("link_expiry", now + LASTS)
    return key
