"""What is chosen before a draft is made."""

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import current
from composing.fields import LineAddress
from events import types
from library import coupons
from scenarios.ready import starting
from scenarios.ready.base import Ready, Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping


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

    def __init__(self, ready: Ready, data: "Mapping | None" = None, *, language: str = "") -> None:
        super().__init__(data, initial=self._usual(ready))
        if language in dict(settings.LANGUAGES):
            self.initial["language"] = language
        for name in ("coupon", "event", "includes_present", "at"):
            if name not in ready.asks:
                del self.fields[name]
        self._offer(ready)

    def wishes(self) -> Wishes:
        """Of a form that is valid; otherwise as it was before anybody typed."""
        if self.is_bound and self.is_valid():
            return Wishes(**self.cleaned_data)
        given = {name: self.initial[name] for name in self.fields if name in self.initial}
        return Wishes(**given)

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
        return usual | {"event": next(iter(starting.events_to_start(ready)), "")}

    def _offer(self, ready: Ready) -> None:
        if "coupon" in self.fields:
            running = coupons.choices()
            self.fields["coupon"].choices = [("", _("Choose later")), *running]  # type: ignore[attr-defined]
        if "event" in self.fields:
            names = starting.events_to_start(ready)
            labels = types.labels(names)
            self.fields["event"].choices = [(name, labels[name]) for name in names]  # type: ignore[attr-defined]
