"""What is asked of results: whose answers, what against what, which file, how many winners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import spreadsheets
from accounts.moments import check_reach
from routes.cost_forms import DayInput
from segments.models import Segment
from surveys.models import Response, Survey, WinnerDraw
from surveys.results import sides
from surveys.results.narrowing import Narrowing

MOST_WINNERS = 100_000


class NarrowForm(forms.Form):
    """Whose answers are counted; what cannot be narrows nothing."""

    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name"), label=_("Segment"), required=False, empty_label=_("Everybody")
    )
    first = forms.DateField(label=_("First day"), required=False, widget=DayInput(), validators=[check_reach])
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput(), validators=[check_reach])
    channel = forms.ChoiceField(
        label=_("Answered where"), required=False, choices=[("", _("Anywhere")), *Response.Channel.choices]
    )
    finished = forms.BooleanField(label=_("Only who finished"), required=False)

    def of(self, survey: Survey) -> Narrowing:
        self.is_valid()
        asked = self.cleaned_data
        return Narrowing(
            survey,
            segment=asked.get("segment"),
            first=asked.get("first"),
            last=asked.get("last"),
            channel=asked.get("channel", ""),
            is_finished_only=asked.get("finished", False),
        )


class CrossForm(forms.Form):
    """What against what, of the survey's questions and of what is known of friends."""

    row = forms.ChoiceField(label=_("In the rows"))
    column = forms.ChoiceField(label=_("In the columns"))

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", _("Choose")), *sides.offered(survey)]
        for name in ("row", "column"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("row") and asked.get("row") == asked.get("column"):
            raise forms.ValidationError(_("Choose two different things."))
        return asked


class FileForm(forms.Form):
    """A file of all answers."""

    kind = forms.ChoiceField(
        label=_("File"), choices=list(spreadsheets.FORMATS.items()), initial=spreadsheets.EXCEL
    )
    codes = forms.BooleanField(
        label=_("Codes in place of words"),
        required=False,
        help_text=_("Ids of questions and options, as programs and the API have them."),
    )


class DrawForm(forms.ModelForm):
    class Meta:
        model = WinnerDraw
        fields = ["name", "winner_count", "may_win_again"]

    winner_count = forms.IntegerField(label=_("How many winners"), min_value=1, max_value=MOST_WINNERS)
