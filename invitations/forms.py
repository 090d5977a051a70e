"""What people fill in about entry points and invitations."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.moments import check_reach
from invitations import counting
from invitations.models import EntryPoint, Invitation, is_code, is_colour

PERIODS = (7, 30, 90, 365)
USUAL = 90  # long enough that of some links it is known whether they lasted


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """Days of the client, both included; what is not valid is left out. The last 90 days, if nothing is."""

    MOST = 731

    since = forms.DateField(label=_("First day"), required=False, widget=DayInput(), validators=[check_reach])
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput(), validators=[check_reach])

    def period(self) -> tuple[date, date]:
        self.is_valid()
        last = min(self.cleaned_data.get("until") or counting.today(), counting.today())
        first = self.cleaned_data.get("since") or last - timedelta(days=USUAL - 1)
        earliest = last - timedelta(days=self.MOST - 1)
        return min(max(first, earliest), last), last


class EntryPointForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[is_code],
        help_text=_("Stands in addresses and in the snippet: a–z, 0–9 and hyphens. It stays."),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=EntryPoint.NAME_LENGTH,
        help_text=_("Where people are asked, such as “Mail after the purchase”. Customers do not see it."),
    )
    place = forms.ChoiceField(label=_("Place"), choices=EntryPoint.Place.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args, entry_point: EntryPoint | None = None, **kwargs) -> None:
        """Of one that is there, the code stays; of one that every client has, so do name and place."""
        super().__init__(*args, **kwargs)
        if entry_point:
            fixed = ["code"] if entry_point.is_own else ["code", "name", "place"]
            for name in fixed:
                del self.fields[name]


class InvitationForm(forms.Form):
    text = forms.CharField(
        label=_("Reason to link"),
        max_length=Invitation.TEXT_LENGTH,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What people get by linking: points in LINE, delivery notices, a coupon."),
    )
    button = forms.CharField(label=_("Button"), max_length=Invitation.BUTTON_LENGTH)
    colour = forms.CharField(
        label=_("Colour of the button"), widget=forms.TextInput({"type": "color"}), validators=[is_colour]
    )
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=100,
        help_text=_("With 1 and 3, the second is shown three times as often."),
    )

    def clean_text(self) -> str:
        """One line: a break would be lost on the page."""
        return " ".join(self.cleaned_data["text"].split())
