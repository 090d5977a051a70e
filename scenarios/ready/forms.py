"""What is chosen before a draft is made."""

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import current
from composing.fields import LineAddress
from coupons.models import Coupon
from events import types
from library import coupons
from scenarios.flow.choosing import OFFERED
from scenarios.ready import starting
from scenarios.ready.base import Ready, Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet


OWN = "own:"  # before the number of a coupon of the client's own, among LINE's
MOST_DAYS_BEFORE = 60
OPTIONAL = ("coupon", "own_coupon", "days", "hour", "event", "includes_present", "at")


class WishesForm(forms.Form):
    """Every field has an answer already, as far as the client's data tell one."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the texts"), choices=settings.LANGUAGES)
    shop = LineAddress(
        label=gettext_lazy("Address of your shop"),
        help_text=gettext_lazy("Where buttons lead if nothing better is known of the person."),
    )
    coupon = forms.ChoiceField(
        label=gettext_lazy("Coupon"),
        required=False,
        help_text=gettext_lazy("You can choose it later too: the draft asks for it before it runs."),
    )
    own_coupon = forms.ChoiceField(
        label=gettext_lazy("Coupon"),
        required=False,
        help_text=gettext_lazy("Of one coupon the message shows its name and leads to it."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days before the end"), min_value=0, max_value=MOST_DAYS_BEFORE
    )
    hour = forms.TimeField(
        label=gettext_lazy("At which hour it is sent"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    event = forms.ChoiceField(label=gettext_lazy("What your shop tells of a cart"))
    includes_present = forms.BooleanField(
        label=gettext_lazy("Also those of whom it is true already today"),
        required=False,
        help_text=gettext_lazy("They all get the first message once it runs: mind the cost."),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When it is sent"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(
        self, ready: Ready, data: "Mapping | None" = None, *, asked: "Mapping | None" = None
    ) -> None:
        super().__init__(data, initial=self._usual(ready))
        for name in OPTIONAL:
            if name not in ready.asks:
                del self.fields[name]
        self._offer(ready)
        self._begin_with(asked or {})

    def wishes(self) -> Wishes:
        """Of a form that is valid; otherwise as it was before anybody typed."""
        if self.is_bound and self.is_valid():
            given = self.cleaned_data
        else:
            given = {name: self.initial[name] for name in self.fields if name in self.initial}
        return Wishes(**given | _coupons_of(given) | _hour_of(given))

    def clean(self) -> dict:
        """A coupon that is good for fewer days than that would be recalled on the day on which it is got."""
        data = super().clean() or self.cleaned_data
        number, days = _number(data.get("own_coupon")), data.get("days")
        coupon = Coupon.objects.filter(pk=number).first() if number else None
        if coupon and days is not None and coupon.valid_days is not None and days >= coupon.valid_days > 0:
            said = _("The coupon is good for %(count)s days after getting it: choose fewer.")
            self.add_error("days", said % {"count": coupon.valid_days})
        return data

    def clean_at(self) -> object:
        if self.cleaned_data["at"] <= timezone.now():
            raise forms.ValidationError(_("This moment has passed already."))
        return self.cleaned_data["at"]

    def _usual(self, ready: Ready) -> dict:
        zone = ZoneInfo(current.tenant().time_zone)
        noon = (timezone.now().astimezone(zone) + timedelta(days=7)).replace(
            hour=12, minute=0, second=0, microsecond=0
        )
        usual = {"language": translation.get_language() or "ja", "shop": starting.shop_address(), "at": noon}
        usual |= {"days": Wishes.days, "hour": Wishes.hour}
        return usual | {"event": next(iter(starting.events_to_start(ready)), "")}

    def _offer(self, ready: Ready) -> None:
        if "coupon" in self.fields:
            running: list = [("", _("Choose later"))]
            if own := [(f"{OWN}{pk}", name) for pk, name in _own(Coupon.objects.running())]:
                running.append((_("Coupons of your own"), own))
            if of_line := coupons.choices():
                running.append((_("Coupons of LINE"), of_line))
            self.fields["coupon"].choices = running  # type: ignore[attr-defined]
        if "own_coupon" in self.fields:
            ending = [(str(pk), name) for pk, name in _own(Coupon.objects.running().ending())]
            offered = [("", _("Any of your coupons")), *ending]
            self.fields["own_coupon"].choices = offered  # type: ignore[attr-defined]
        if "event" in self.fields:
            names = starting.events_to_start(ready)
            labels = types.labels(names)
            self.fields["event"].choices = [(name, labels[name]) for name in names]  # type: ignore[attr-defined]

    def _begin_with(self, asked: "Mapping") -> None:
        """What an address wishes that can be chosen: the language, a coupon."""
        for name in ("language", "own_coupon"):
            field, wish = self.fields.get(name), asked.get(name)
            if wish and isinstance(field, forms.ChoiceField) and field.valid_value(wish):
                self.initial[name] = wish


def _own(rows: "QuerySet[Coupon]") -> list[tuple[int, str]]:
    return list(rows.values_list("pk", "name")[:OFFERED])


def _number(text: object) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() else None


def _coupons_of(given: dict) -> dict:
    """LINE's coupon, or the number of one of the client's own."""
    coupon = given.get("coupon", "")
    if coupon.startswith(OWN):
        return {"coupon": "", "own_coupon": _number(coupon.removeprefix(OWN))}
    return {"coupon": coupon, "own_coupon": _number(given.get("own_coupon"))}


def _hour_of(given: dict) -> dict:
    hour = given.get("hour")
    return {"hour": f"{hour:%H:%M}"} if isinstance(hour, time) else {}
