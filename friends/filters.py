"""By what the list of friends, its export and its bulk actions are narrowed. Apps further right add some."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import current
from accounts.moments import check_reach
from friends import faults, kinds
from friends.models import FieldValue, FollowerListing, Friend, FriendField, FriendQuerySet, Tag

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Narrow = Callable[[FriendQuerySet, Any], FriendQuerySet]


@dataclass(frozen=True)
class Filter:
    """One question: its name in addresses, the form field that asks it, and what the answer leaves.

    `field` makes a new form field for each form, so that its choices are of now. `narrow` gets an answer that
    is not empty.
    """

    name: str
    field: Callable[[], forms.Field]
    narrow: Narrow


_filters: dict[str, Filter] = {}


def register(*filters: Filter) -> None:
    """Add filters to the panel, after those that are there."""
    _filters.update((each.name, each) for each in filters)


def all_filters() -> Iterator[Filter]:
    yield from _filters.values()


def with_field(friends: FriendQuerySet, field: FriendField, text: str) -> FriendQuerySet:
    """Who has this value, or whose text begins so; with an empty text, who has any. Raises kinds.Unfit."""
    kind = kinds.of(field)
    answers = FieldValue.objects.filter(field=field, **{f"{kind.column}__isnull": False})
    if field.type == FriendField.Type.TEXT and text:
        answers = answers.filter(text__startswith=text)
    elif values := kind.values(text, field):
        answers = answers.filter(**{f"{kind.column}__in": values})
    return friends.filter(pk__in=answers.values("friend"))


def begin_of(day: date) -> datetime:
    """The client's midnight."""
    return datetime.combine(day, time.min, ZoneInfo(current.tenant().time_zone))


def _linked(friends: FriendQuerySet, answer: str) -> FriendQuerySet:
    return friends.linked(answer == "yes")


def _listed(friends: FriendQuerySet, answer: str) -> FriendQuerySet:
    """Whom LINE's list of followers, last read to its end, did or did not name."""
    last = FollowerListing.objects.filter(state=FollowerListing.State.DONE).first()
    if last is None:
        return friends.none()
    if answer == "yes":
        return friends.filter(listed_at__gte=last.started_at)
    missing = Q(listed_at=None) | Q(listed_at__lt=last.started_at)
    since = Q(followed_at=None) | Q(followed_at__lt=last.started_at)
    return friends.reachable().filter(missing, since, created_at__lt=last.started_at)


def _day_field(label: "StrOrPromise") -> Callable[[], forms.Field]:
    widget = {"type": "date"}
    return lambda: forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs=widget), validators=[check_reach]
    )


def _choice(label: "StrOrPromise", *choices: "tuple[str, StrOrPromise]") -> Callable[[], forms.Field]:
    return lambda: forms.ChoiceField(label=label, required=False, choices=[("", _("All")), *choices])


def _tag_field() -> forms.Field:
    tags = Tag.objects.all()
    return forms.ModelChoiceField(label=_("Tag"), required=False, queryset=tags, empty_label=_("All"))


def _name_field() -> forms.Field:
    return forms.CharField(label=_("Name or LINE user ID"), required=False, max_length=100)


register(
    Filter("q", _name_field, lambda friends, text: friends.search(text)),
    Filter(
        "status",
        _choice(_("Status"), *Friend.Status.choices),
        lambda friends, status: friends.filter(status=status),
    ),
    Filter("tag", _tag_field, lambda friends, tag: friends.filter(friendtag__tag=tag)),
    Filter("linked", _choice(_("ID link"), ("yes", _("Linked")), ("no", _("Not linked"))), _linked),
    Filter(
        "since",
        _day_field(_("Friend since, from")),
        lambda friends, day: friends.filter(followed_at__gte=begin_of(day)),
    ),
    Filter(
        "until",
        _day_field(_("Friend since, to")),
        lambda friends, day: friends.filter(followed_at__lt=begin_of(day + timedelta(days=1))),
    ),
    Filter(
        "listed",
        _choice(_("LINE’s list"), ("yes", _("On the list last read")), ("no", _("Not on it"))),
        _listed,
    ),
)


def unfit(error: kinds.Unfit, field: FriendField) -> str:
    return faults.words(error.code, field.name)
