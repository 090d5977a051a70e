"""Friends who agreed to get test sends."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import activity
from accounts.models import User
from broadcasts.models import Tester
from friends.models import Friend

FOUND = 8  # friends shown while somebody searches


def all_testers() -> QuerySet[Tester]:
    return Tester.objects.select_related("friend").order_by("friend__display_name", "pk")


def ready() -> QuerySet[Tester]:
    """Those who can be sent to: who gets tests, and has not blocked the account."""
    return all_testers().filter(is_on=True, friend__status=Friend.Status.FRIEND)


def candidates(text: str) -> list[Friend]:
    """Friends of this name who are no testers yet; nobody for an empty text."""
    if not text.strip():
        return []
    others = Friend.objects.reachable().filter(tester=None)
    return list(others.search(text).order_by("display_name", "pk")[:FOUND])


@transaction.atomic
def add(friend: Friend, *, by: User | None, note: str = "") -> Tester:
    """Make this friend a tester; one who is one already stays as they are."""
    given = {"note": note, "added_by_id": getattr(by, "pk", None)}
    tester, is_new = Tester.objects.get_or_create(friend=friend, defaults=given)
    if is_new:
        activity.record("tester.added", tester, by=by, friend=friend.pk)
    return tester


@transaction.atomic
def change(tester: Tester, *, by: User | None, **changes: Any) -> Tester:
    """Change the `note`, or by `is_on` whether they get tests for now."""
    for name, value in changes.items():
        setattr(tester, name, value)
    tester.save(update_fields=list(changes))
    activity.record("tester.changed", tester, by=by, **changes)
    return tester


@transaction.atomic
def remove(tester: Tester, *, by: User | None) -> None:
    """No tester any longer; what was sent to them stays on record."""
    activity.record("tester.removed", tester, by=by, friend=tester.friend_id)
    tester.delete()
