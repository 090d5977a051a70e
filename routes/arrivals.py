"""By which route friends came, for other apps."""

from datetime import timedelta

from django.utils import timezone

from friends.models import Friend
from routes.models import SIGN_IN_LASTS, Arrival, Route, SignIn

PATIENCE = timedelta(seconds=15)  # LINE tells of a follow before the browser is back from the sign-in


def route_of(friend_ids: list[int]) -> dict[int, Route]:
    """The route that explains each friend's newest follow; who is left out came by an unknown one."""
    newest = Arrival.objects.filter(friend__in=friend_ids, is_newest=True).select_related("route")
    return {arrival.friend_id: arrival.route for arrival in newest}


def greetings_for(friend_ids: list[int]) -> dict[int, list[dict]]:
    """The messages of the route by which a friend's newest follow came, where it has a greeting of its own.

    Variables in them are not filled in yet.
    """
    found = route_of(friend_ids).items()
    return {friend_id: route.messages for friend_id, route in found if route.messages}


def undecided(friend_ids: list[int]) -> set[int]:
    """Friends whose route may still become known in a moment.

    Their newest follow was less than PATIENCE ago, nothing explains it yet, and somebody's sign-in by a
    route is under way at this moment.
    """
    now = timezone.now()
    if not SignIn.objects.filter(outcome="", started_at__gt=now - SIGN_IN_LASTS).exists():
        return set()
    fresh = Friend.objects.filter(pk__in=friend_ids, followed_at__gt=now - PATIENCE)
    return set(fresh.values_list("pk", flat=True)) - route_of(friend_ids).keys()
