"""Destinations and audiences as people enter them; what is wrong beyond a field the commands say."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import current
from accounts.moments import check_reach
from adplatforms.handing import shapes
from adplatforms.models import AdAudience, Destination, Handover, LineAdAudience
from adplatforms.models.delivery import Reason
from attribution.models import Point
from routes.origins import CLICK_IDS
from segments.models import Segment


class DayInput(forms.DateInput):
    input_type = "date"


class DestinationForm(forms.Form):
    """Which fields there are depends on the kind, without a script."""

    name = forms.CharField(label=_("Name"), max_length=Destination.NAME_LENGTH)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    secret = forms.CharField(
        max_length=1_000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted and never shown again."),
    )
    source_id = forms.CharField(max_length=100)
    event_name = forms.CharField(
        label=_("Name of the event"), max_length=100, help_text=_("As the platform has it, such as Purchase.")
    )
    page_url = forms.CharField(
        label=_("Address of the shop"),
        max_length=500,
        help_text=_("The page that is told as the place of the conversion, such as https://shop.example.jp/"),
    )
    points = forms.ModelMultipleChoiceField(
        label=_("Conversion points"),
        queryset=Point.objects.open(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What counts as a conversion, and what it is worth."),
    )
    click_ids = forms.MultipleChoiceField(
        label=_("Click IDs"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Known of people who came by one of your routes from an ad."),
    )
    click_choice = forms.ChoiceField(
        label=_("Which click, if there are several"), choices=Destination.Choice.choices
    )
    window_days = forms.IntegerField(
        label=_("Days after the click"),
        min_value=1,
        max_value=90,
        help_text=_("A click further back is not told. From 1 to 90."),
    )
    needs_click = forms.BooleanField(label=_("Only conversions with a click ID"), required=False)
    sends_contacts = forms.BooleanField(
        label=_("Also e-mail and phone, as SHA-256, of people who agreed to ads"), required=False
    )
    consent = forms.ChoiceField(
        label=_("Consent"),
        choices=Destination.Consent.choices,
        widget=forms.RadioSelect,
        help_text=_("Nothing is told of people who have said no to ads, whatever is chosen here."),
    )
    order_id = forms.ChoiceField(label=_("Order ID"), choices=Destination.OrderId.choices)
    delay_hours = forms.IntegerField(
        label=_("Hours to wait"),
        min_value=0,
        max_value=720,
        help_text=_("Orders that are cancelled meanwhile are never told. From 0 to 720."),
    )
    since = forms.DateField(
        label=_("Conversions since"),
        required=False,
        widget=DayInput(),
        validators=[check_reach],
        help_text=_("At most 90 days back. Empty: from now on."),
    )

    def __init__(self, *args: Any, kind: str, destination: Destination | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        shape = shapes.of(kind)
        self.kind, self.shape = kind, shape
        words = [(name, f"{name} ({CLICK_IDS[name]})") for name in shape.click_ids]
        self.fields["click_ids"].choices = words  # type: ignore[attr-defined]
        self.fields["url"].widget.attrs["placeholder"] = (
            shape.usual_url or "https://cdp.example.jp/conversions"
        )
        self.fields["secret"].label = shape.token
        self.fields["source_id"].label = shape.id_label
        for name in self._unasked(destination):
            del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands take it."""
        given = dict(self.cleaned_data)
        since: date | None = given.pop("since", None)
        if since:
            zone = ZoneInfo(current.tenant().time_zone)
            given["since"] = min(datetime.combine(since, time.min, zone), timezone.now())
        return given

    def _unasked(self, destination: Destination | None) -> set[str]:
        shape = self.shape
        needless = {
            "secret": not shape.token,
            "source_id": not shape.id_label,
            "page_url": not shape.needs_page,
            "url": self.kind in Destination.FILES,
            "sends_contacts": self.kind == Destination.Kind.GOOGLE_FILE,
            "needs_click": self.kind == Destination.Kind.GOOGLE_FILE,
            "since": destination is not None,
        }
        return {name for name, is_needless in needless.items() if is_needless}


def first(kind: str) -> dict[str, Any]:
    """What the form of a new destination begins with: the careful choice."""
    shape = shapes.of(kind)
    days = shape.oldest.days
    return {
        "url": "",
        "event_name": "Purchase",
        "points": list(Point.objects.filter(kind=Point.Kind.ORDER)),
        "click_ids": list(shape.click_ids),
        "click_choice": Destination.Choice.LAST,
        "window_days": min(30, days),
        "needs_click": True,
        "sends_contacts": True,
        "consent": Destination.Consent.REQUIRED,
        "order_id": Destination.OrderId.EVENT,
        "delay_hours": 24,
    }


def present(destination: Destination) -> dict[str, Any]:
    names = [name for name in DestinationForm.base_fields if name not in ("secret", "since", "points")]
    return {name: getattr(destination, name) for name in names} | {"points": list(destination.points.all())}


class LogFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Handover.State.choices]
    )
    reason = forms.ChoiceField(label=_("Why not"), required=False, choices=[("", _("All")), *Reason.choices])
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def narrowing(self) -> dict[str, str]:
        self.is_valid()
        names = ("state", "reason")
        return {name: value for name in names if (value := self.cleaned_data.get(name))}


class DaysForm(forms.Form):
    """The days of a file; at most a year."""

    part = forms.ChoiceField(choices=[("conversions", ""), ("corrections", "")])
    first = forms.DateField(label=_("First day"), widget=DayInput(), validators=[check_reach])
    last = forms.DateField(label=_("Last day"), widget=DayInput(), validators=[check_reach])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begin, end = given.get("first"), given.get("last")
        if begin and end and not timedelta(0) <= end - begin <= timedelta(days=366):
            raise forms.ValidationError(_("at most 366 days, the first before the last"))
        return given


class AudienceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=AdAudience.NAME_LENGTH)
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.order_by("name"))
    form = forms.ChoiceField(label=_("Platform"), choices=AdAudience.Form.choices)
    contacts = forms.ChoiceField(
        label=_("Contacts"),
        choices=AdAudience.Contacts.choices,
        help_text=_("LINE Ads takes files of one column: choose e-mail or phone."),
    )


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=_("Bring it up to date"),
        choices=LineAdAudience.Rhythm.choices,
        initial=LineAdAudience.Rhythm.NEVER,
        widget=forms.RadioSelect,
        help_text=_("Each update replaces the audience with a new one: select the new one in your ads."),
    )
    keeps_former = forms.BooleanField(
        label=_("Also keep the previous audience until the next update"),
        required=False,
        help_text=_(
            "Ads that use it keep running. People who withdraw their consent stay in it until it is deleted."
        ),
    )


class LineAudienceForm(RhythmForm):
    name = forms.CharField(label=_("Name"), max_length=LineAdAudience.NAME_LENGTH)
    segment = forms.ModelChoiceField(label=_("Segment"), queryset=Segment.objects.order_by("name"))
    only_agreed = forms.BooleanField(
        label=_("Only people who agreed to ads"),
        required=False,
        initial=True,
        help_text=_(
            "If not, people who were never asked are included too. People who said no are never included."
        ),
    )
