"""What is asked about when a broadcast goes out."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from accounts.moments import check_reach
from broadcasts.models import Broadcast, SendingRules, Series
from broadcasts.timing import dates, wishes
from broadcasts.timing.recurrence import LAST, Rule

NOW, AT, REPEATING = "now", "at", "repeating"
LOCAL = "%Y-%m-%dT%H:%M"
TIMES = [(NOW, _("Now")), (AT, _("At a date and time")), (REPEATING, _("Again and again"))]
MOST = {"cap_count": 50, "cap_days": 366}  # what a condition on messages received can ask for
RULE = ["every", "interval", "at", "starts_on"]  # without these there is no rule


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """To the minute, by the client's own clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"step": 60}, format=LOCAL)


class RuleFields(forms.Form):
    """By which rule it repeats."""

    every = forms.ChoiceField(label=_("Repeats by"), choices=Series.Every, required=False)
    interval = forms.IntegerField(label=_("Every so many"), min_value=1, max_value=99, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these weekdays"),
        choices=list(WEEKDAYS_ABBR.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the weekday of the first day."),
    )
    month_day = forms.TypedChoiceField(
        label=_("On this day of the month"),
        choices=[
            ("", _("As the first day")),
            *((day, str(day)) for day in range(1, 32)),
            (LAST, _("Last day")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("A shorter month has it on its last day."),
    )
    at = forms.TimeField(label=_("Time of day"), required=False, widget=TimeInput)
    starts_on = forms.DateField(
        label=_("First day"), required=False, widget=DateInput, validators=[check_reach]
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DateInput,
        help_text=_("Empty: without end."),
        validators=[check_reach],
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        asked = self.cleaned_data
        if self.is_rule_wanted():
            for name in RULE:
                if not asked.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed for a recurring send."))
            if asked.get("ends_on") and asked.get("starts_on") and asked["ends_on"] < asked["starts_on"]:
                self.add_error("ends_on", _("The last day is before the first."))
        return asked

    def is_rule_wanted(self) -> bool:
        return True

    def rule(self) -> Rule | None:
        """What was filled in; None if it does not repeat."""
        if not self.is_rule_wanted():
            return None
        return Rule(**{name: self.cleaned_data[name] for name in Rule.names()})

    @staticmethod
    def of_rule(rule: Rule | None) -> dict[str, Any]:
        """What stands in the fields: a rule, or once a week from tomorrow on."""
        tomorrow = timezone.localdate() + dates.DAY
        usual: dict[str, Any] = {"every": "week", "interval": 1, "starts_on": tomorrow, "at": "10:00"}
        return {name: getattr(rule, name) for name in Rule.names()} if rule else usual


class TimeFields(RuleFields):
    """When it goes out: now, at a time, or again and again."""

    time = forms.ChoiceField(
        label=_("When"),
        choices=TIMES,
        required=False,
        widget=forms.RadioSelect,
    )
    send_at = forms.DateTimeField(label=_("Send at"), required=False, widget=MomentInput)
    ignores_quiet_hours = forms.BooleanField(label=_("Also in the quiet hours"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["send_at"].help_text = _("Time zone: %(zone)s") % {
            "zone": timezone.get_current_timezone_name()
        }

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        if self._time() == AT and not asked.get("send_at") and "send_at" not in self.errors:
            self.add_error("send_at", _("Choose a date and a time."))
        return asked

    def is_rule_wanted(self) -> bool:
        return self._time() == REPEATING

    def moment(self) -> datetime | None:
        """When it goes out, if that is once and not as soon as it may."""
        return self.cleaned_data["send_at"] if self._time() == AT else None

    def rules(self) -> SendingRules:
        """Which quiet hours hold."""
        return SendingRules.present()

    @classmethod
    def of_time(cls, broadcast: Broadcast | None, on: datetime | None = None) -> dict[str, Any]:
        """What stands in the fields of a broadcast, or of a new one that is meant for `on`."""
        wish = wishes.planned(broadcast) if broadcast else None
        send_at = (broadcast.send_at if broadcast else None) or on
        ignores = bool(broadcast and broadcast.ignores_quiet_hours)
        time = REPEATING if wish else AT if send_at else NOW
        kept = {"time": time, "send_at": send_at, "ignores_quiet_hours": ignores}
        return kept | cls.of_rule(wish.rule if wish else None)

    def _time(self) -> str:
        """A program or an older page may give a time alone."""
        given = self.cleaned_data.get("time")
        return given or (AT if self.cleaned_data.get("send_at") else NOW)


class SendingRulesForm(forms.ModelForm):
    class Meta:
        model = SendingRules
        fields = ["quiet_from", "quiet_until", "cap_count", "cap_days", "week_starts_on"]
        widgets: ClassVar = {"quiet_from": TimeInput(), "quiet_until": TimeInput()}
        labels: ClassVar = {
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "cap_count": _("Messages at most"),
            "cap_days": _("Within days"),
            "week_starts_on": _("The week begins on"),
        }
        help_texts: ClassVar = {
            "quiet_from": _("Empty: no quiet hours. They may last over midnight."),
            "cap_count": _("For each friend, over all sends. Empty: as many as are sent."),
        }

    def clean(self) -> dict[str, Any]:
        super().clean()
        asked = self.cleaned_data
        begins, ends = asked.get("quiet_from"), asked.get("quiet_until")
        if (begins is None) != (ends is None):
            self.add_error("quiet_until", _("Quiet hours need both times, or none."))
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", _("Quiet hours must end at another time than they begin."))
        for name, most in MOST.items():
            if asked.get(name) is not None and not 1 <= asked[name] <= most:
                self.add_error(name, _("A number from 1 to %(most)s.") % {"most": most})
        return asked


class MoveForm(forms.Form):
    """Another time for one send."""

    send_at = forms.DateTimeField(label=_("Send at"), widget=MomentInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["send_at"].help_text = _("Time zone: %(zone)s") % {
            "zone": timezone.get_current_timezone_name()
        }


class ChangeRuleForm(RuleFields):
    """Another rule, from a day on."""

    from_on = forms.DateField(
        label=_("From this day on"),
        widget=DateInput,
        validators=[check_reach],
        help_text=_("What is planned before it stays. From then on nothing is skipped or moved any more."),
    )
