from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.moments import check_reach
from channels import event_search, event_types
from channels.event_search import Search
from channels.models import WebhookEvent

State = WebhookEvent.State


class EventFilter(forms.Form):
    """What to look for in the event log. What is not valid is left out, as if it were not given."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            (State.FAILED, State.FAILED.label),
            (State.DONE, State.DONE.label),
            (State.IGNORED, State.IGNORED.label),
            (event_search.UNKNOWN, _("Unknown type")),
        ],
    )
    type = forms.ChoiceField(label=_("Type"), required=False)
    person = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=event_search.LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or LINE user ID")}),
    )
    text = forms.CharField(
        label=_("Text of the error"),
        required=False,
        max_length=event_search.LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    since = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[check_reach],
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[check_reach],
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # whatever a form takes
        self.fields["type"].choices = [("", _("All")), *event_types.choices()]  # type: ignore[attr-defined]

    def search(self) -> Search:
        self.is_valid()
        given = {name: self.cleaned_data.get(name) or "" for name in ("state", "type", "person", "text")}
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return Search(
            **given,
            since=since and _midnight(since),
            until=until and _midnight(until + timedelta(days=1)),
        )


def _midnight(day) -> datetime:
    """Of this day in the client's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))
