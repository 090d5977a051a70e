"""What flows name: the kinds of rows, by what a flow knows one, and by what a file does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import people
from accounts.models import User
from accounts.paging import key as row_key
from broadcasts.models import Broadcast
from coupons.models import Coupon
from customers.models import CustomerField
from friends.models import FriendField, Tag
from library.models import LineCoupon, MediaFile
from prizes.models import Lottery, PointCampaign, Prize
from referrals.models import Programme
from routes.models import Route
from scenarios.models import Scenario
from segments.models import FriendList, LineAudience, Segment
from surveys.models import Survey
from taps.models import TapAction

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OFFERED = 500  # rows to choose from on the page; others can be named by the API


@dataclass(frozen=True)
class Kind:
    """One kind of rows. `key` is the column by which flows know a row, `name` the one by which files do."""

    code: str
    label: "StrOrPromise"
    rows: Callable[[], QuerySet]
    key: str = "pk"
    name: str = "name"

    def names(self, keys: Iterable[object]) -> dict[object, str]:
        """The name of each that is there, by key."""
        found = self.rows().filter(**{f"{self.key}__in": set(keys)})
        return dict(found.values_list(self.key, self.name))

    def keys(self, names: Iterable[str]) -> dict[str, list[Any]]:
        """All that have such a name, by name."""
        found: dict[str, list[Any]] = {}
        rows = self.rows().filter(**{f"{self.name}__in": set(names)})
        for key, name in rows.values_list(self.key, self.name):
            found.setdefault(name, []).append(key)
        return found

    def offered(self) -> list[tuple[str, str]]:
        """Keys, as forms have them, and names."""
        rows = self.rows().order_by(self.name).values_list(self.key, self.name)
        return [(str(key), name) for key, name in rows[:OFFERED]]

    def chosen(self, given: object) -> Any:
        """The key that somebody chose; None if there is no such row."""
        wanted = row_key(str(given)) if self.key == "pk" else str(given)
        if wanted is None or "\0" in str(wanted):
            return None
        return self.rows().filter(**{self.key: wanted}).values_list(self.key, flat=True).first()


@dataclass(frozen=True)
class Elsewhere(Kind):
    """What only LINE has: known by its number there, which is all the name it has."""

    def names(self, keys: Iterable[object]) -> dict[object, str]:
        return {key: str(key) for key in keys}

    def keys(self, names: Iterable[str]) -> dict[str, list[Any]]:
        return {}

    def offered(self) -> list[tuple[str, str]]:
        return []

    def chosen(self, given: object) -> str | None:
        text = str(given).strip()
        return text if 1 <= len(text) <= 100 and text.isprintable() else None


def _members() -> QuerySet[User]:
    return User.objects.filter(pk__in=[user.pk for user in people.holders("scenarios.view_scenario")])


TAG = Kind("tag", _("Tag"), Tag.objects.all)
MEDIA = Kind("media", _("Media file"), MediaFile.objects.present, key="code")
MENU = Elsewhere("menu", _("Rich menu"), Tag.objects.none)
KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        TAG,
        Kind("field", _("Field of friends"), FriendField.objects.in_use, key="key", name="key"),
        Kind("customer_field", _("Field of customers"), CustomerField.objects.in_use, key="key", name="key"),
        Kind("segment", _("Segment"), Segment.objects.all),
        Kind("list", _("List of friends"), FriendList.objects.all),
        Kind("audience", _("Audience of LINE’s console"), LineAudience.objects.all),
        Kind("route", _("Route"), Route.objects.all),
        Kind("broadcast", _("Broadcast"), Broadcast.objects.all),
        Kind("scenario", _("Scenario"), Scenario.objects.kept),
        Kind("tap", _("Tap action"), TapAction.objects.in_use, key="code"),
        Kind("coupon", _("Coupon"), LineCoupon.objects.all, key="coupon_id", name="title"),
        Kind("own_coupon", _("Coupon of your own"), Coupon.objects.all),
        Kind("lottery", _("Lottery"), Lottery.objects.all),
        Kind("prize", _("Prize"), Prize.objects.all),
        Kind("point_campaign", _("Point campaign"), PointCampaign.objects.all),
        Kind("survey", _("Survey"), Survey.objects.all),
        Kind("referral_programme", _("Referral programme"), Programme.objects.published),
        Kind("user", _("Person of the team"), _members, name="email"),
        MEDIA,
        MENU,
    )
}


def register(kind: Kind) -> None:
    """Make rows known that an app further right names in conditions."""
    KINDS[kind.code] = kind
