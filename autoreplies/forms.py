import re
import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from autoreplies import services
from autoreplies.hours import Stretch
from autoreplies.models import AutoReply, OpeningHours
from friends.models import Tag

STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~〜]\s*(\d{1,2}):(\d{2})")
DAY = 24 * 60
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class WordsField(forms.CharField):
    """Keywords, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> Any:
        """The lines that say something."""
        return [line for line in (super().clean(value) or "").splitlines() if line.strip()]


class AutoReplyForm(forms.ModelForm):
    words = WordsField(
        label=_("Keywords"),
        required=False,
        max_length=services.MOST_WORDS * (services.LONGEST_WORD + 2),
        help_text=_("One a line. Full and half width, capitals and small letters count as the same."),
    )
    tags = forms.ModelMultipleChoiceField(
        label=_("Tags put on the friend"),
        queryset=Tag.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = AutoReply
        fields = ["name", "trigger", "words", "match", "when", "tags"]


class TryForm(forms.Form):
    text = forms.CharField(label=_("What a friend writes"), max_length=5000, strip=False)


class HoursForm(forms.Form):
    """The week, a field a day: `09:00-12:00, 13:00-18:00`; empty on days that are closed."""

    closed = forms.CharField(
        label=_("Closed days"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026/12/31"}),
        help_text=_("One date a line, such as 2026/12/31."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday in OpeningHours.Weekday:
            self.fields[f"day{weekday.value}"] = forms.CharField(
                label=weekday.label,
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"placeholder": _("Closed")}),
            )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{weekday.value}"] for weekday in OpeningHours.Weekday]

    def clean(self) -> dict:
        super().clean()
        given = self.cleaned_data
        given["week"] = [stretch for day in OpeningHours.Weekday for stretch in self._stretches(day.value)]
        lines = [line for line in (given.get("closed") or "").splitlines() if line.strip()]
        given["closed_days"] = [day for line in lines for day in self._day(line)]
        return given

    def _stretches(self, weekday: int) -> list[Stretch]:
        typed = unicodedata.normalize("NFKC", self.cleaned_data.get(f"day{weekday}") or "")
        parts = [part for part in re.split(r"[,、]", typed) if part.strip()]
        found = [_stretch(weekday, part.strip()) for part in parts]
        if None in found:
            self.add_error(f"day{weekday}", _now("Write hours as 09:00-18:00, several with a comma."))
        return [stretch for stretch in found if stretch]

    def _day(self, line: str) -> list[date]:
        match = DATE.fullmatch(unicodedata.normalize("NFKC", line).strip())
        try:
            return [date(*map(int, match.groups()))] if match else self._no_date(line)
        except ValueError:
            return self._no_date(line)

    def _no_date(self, line: str) -> list[date]:
        self.add_error("closed", _now("“%(line)s” is no date.") % {"line": line.strip()[:40]})
        return []


def initial_hours(week: list[Stretch], closed: list[date]) -> dict[str, str]:
    """What stands in the fields of these hours."""
    texts: dict[str, list[str]] = {}
    for weekday, opens, closes in week:
        texts.setdefault(f"day{weekday}", []).append(f"{_clock(opens)}-{_clock(closes)}")
    days = {name: ", ".join(parts) for name, parts in texts.items()}
    return days | {"closed": "\n".join(f"{day:%Y/%m/%d}" for day in closed)}


def _stretch(weekday: int, text: str) -> Stretch | None:
    match = STRETCH.fullmatch(text)
    if not match:
        return None
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    is_time = opens < DAY and closes <= DAY and max(from_minute, to_minute) < 60
    return (weekday, opens, closes % DAY) if is_time else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
