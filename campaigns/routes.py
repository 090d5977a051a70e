"""Routes as campaigns show them: by these their ads and new friends belong to a campaign."""

from collections.abc import Iterable

from campaigns.members import Member
from routes.models import Route


def described(found: list[int]) -> Iterable[Member]:
    """What campaigns show of these routes."""
    for each in Route.objects.filter(pk__in=found):
        yield Member(f"route:{each.pk}", each.name, each.get_absolute_url(), str(each.get_media_display()))
