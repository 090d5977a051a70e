"""The list of friends, narrowed to the route that they came by."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from friends.filters import Filter
from friends.models import FriendQuerySet
from routes.models import Arrival, Route

UNKNOWN = "unknown"


class RouteField(forms.ChoiceField):
    """A route of now, or that it is not known."""

    def __init__(self) -> None:
        routes = [(str(pk), name) for pk, name in Route.objects.order_by("name").values_list("pk", "name")]
        choices = [("", _("All")), (UNKNOWN, _("Unknown route")), *routes]
        super().__init__(label=_("Acquisition route"), required=False, choices=choices)


def _narrow(friends: FriendQuerySet, answer: str) -> FriendQuerySet:
    newest = Arrival.objects.filter(is_newest=True)
    if answer == UNKNOWN:
        return friends.exclude(Exists(newest.filter(friend=OuterRef("pk"))))
    return friends.filter(pk__in=newest.filter(route=int(answer)).values("friend"))


BY_ROUTE = Filter("route", RouteField, _narrow)
