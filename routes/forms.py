"""What people fill in about routes."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from friends.models import Tag
from routes import cohorts, qr
from routes.models import Folder, Route


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        super().__init__({"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M")


class RouteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=Route.NAME_LENGTH,
        help_text=_("Where the link will be, such as “Shop flyer, autumn”. Friends do not see it."),
    )
    folder = forms.ModelChoiceField(
        label=_("Folder"), queryset=Folder.objects.all(), required=False, empty_label=_("No folder")
    )
    media = forms.TypedChoiceField(  # type: ignore[assignment]  # a field: it does not stay on the class
        label=_("Media"),
        choices=[(each.value, each.label) for each in Route.Media if each != Route.Media.REFERRAL],
        initial=Route.Media.OWNED,
        required=False,
        empty_value=Route.Media.OWNED,
        help_text=_("Under which costs per friend are summed: your own shops, sites and print, or ads."),
    )
    label = forms.CharField(
        label=_("Offer"),
        max_length=Route.NAME_LENGTH,
        required=False,
        help_text=_("What friends get by this route, such as “sample gift”; shown beside early blocks."),
    )
    tags = forms.ModelMultipleChoiceField(
        label=_("Tags"), queryset=Tag.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    tags_for_all = forms.BooleanField(label=_("Also tag those who were friends before"), required=False)
    starts_at = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput())
    ends_at = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=MomentInput(),
        help_text=_("Outside of this time the link says so, and offers the account without counting."),
    )
    has_greeting = forms.BooleanField(label=_("Its own greeting, in place of the usual one"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The route of a referral programme stays one."""
        super().__init__(*args, **kwargs)
        if self.initial.get("media") == Route.Media.REFERRAL:
            kept = Route.Media.REFERRAL
            cast("forms.ChoiceField", self.fields["media"]).choices = [(kept.value, kept.label)]


class RouteFilter(forms.Form):
    """Which routes the list shows. What is not valid is left out."""

    q = forms.CharField(
        label=_("Name, offer or code"), required=False, widget=forms.TextInput({"type": "search"})
    )
    folder = forms.CharField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class FolderForm(forms.Form):
    name = forms.CharField(label=_("New folder"), max_length=60)


class QrForm(forms.Form):
    """A QR code to download: its size in pixels, and how much of it may be dirty or hidden."""

    size = forms.TypedChoiceField(
        label=_("Size"),
        coerce=int,
        empty_value=str(qr.SIZES[1]),
        choices=[(size, f"{size} × {size} px") for size in qr.SIZES],
        initial=qr.SIZES[1],
        required=False,
    )
    level = forms.ChoiceField(
        label=_("Correction"),
        choices=[
            ("L", _("Low, for screens")),
            ("M", _("Usual")),
            ("Q", _("High: a quarter may be damaged")),
            ("H", _("Highest, for print outdoors")),
        ],
        initial="M",
        required=False,
    )


class MonthForm(forms.Form):
    """One month of early blocks, or none for all that are shown."""

    month = forms.ChoiceField(label=_("Month they became friends"), required=False)

    def __init__(self, *args, found: list[cohorts.Cohort]) -> None:
        super().__init__(*args)
        months = sorted({cohort.month for cohort in found if cohort.month}, reverse=True)
        names = [(f"{month:%Y-%m}", f"{month:%Y/%m}") for month in months]
        self.fields["month"].choices = [("", _("The last 12 months")), *names]  # type: ignore[attr-defined]
