"""What is asked of results: a period and what of it, sends to compare, a file."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import spreadsheets
from accounts.moments import check_reach
from broadcasts.models import Broadcast
from broadcasts.results import listing, sheets
from routes.cost_forms import DayInput
from segments.models import Segment

MOST_DAYS = 366
USUAL = timedelta(days=29)  # with today, thirty days


class PeriodForm(forms.Form):
    """Days of the client's calendar, and which sends of them; what cannot be is left out."""

    first = forms.DateField(label=_("First day"), required=False, widget=DayInput(), validators=[check_reach])
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput(), validators=[check_reach])
    nature = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *Broadcast.Nature.choices]
    )
    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name"), label=_("Segment"), required=False, empty_label=_("All")
    )

    def period(self) -> tuple[date, date]:
        self.is_valid()
        today = timezone.localdate()
        first = self.cleaned_data.get("first") or today - USUAL
        last = self.cleaned_data.get("last") or today
        return (first, last) if 0 <= (last - first).days < MOST_DAYS else (today - USUAL, today)

    def equal(self) -> dict[str, Any]:
        """What the sends must be, as a queryset takes it."""
        self.is_valid()
        asked = {name: self.cleaned_data.get(name) for name in ("nature", "segment")}
        return {name: value for name, value in asked.items() if value}


class CompareForm(forms.Form):
    """Sends by number."""

    b = forms.ModelMultipleChoiceField(Broadcast.objects.filter(started_at__isnull=False))

    def clean_b(self) -> list[int]:
        found = [broadcast.pk for broadcast in self.cleaned_data["b"]]
        if not listing.FEWEST_COMPARED <= len(found) <= listing.MOST_COMPARED:
            raise forms.ValidationError(
                _("Choose %(fewest)s to %(most)s sends."),
                params={"fewest": listing.FEWEST_COMPARED, "most": listing.MOST_COMPARED},
            )
        return found


class FileForm(forms.Form):
    """A file of one table."""

    kind = forms.ChoiceField(
        label=_("File"), choices=list(spreadsheets.FORMATS.items()), initial=spreadsheets.EXCEL
    )


class SendFileForm(FileForm):
    """A file of one send: Excel has all of its tables, CSV has one."""

    table = forms.ChoiceField(
        label=_("Table"), required=False, help_text=_("An Excel file has all of them, one to a sheet.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = list(sheets.names().items())  # type: ignore[attr-defined]
