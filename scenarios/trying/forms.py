"""What the pages ask on which a scenario is tried out."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Tester
from broadcasts.testing import testers
from broadcasts.testing.forms import TesterField
from scenarios.trying.dry import Doing
from segments.types import occurrences

UNITS = {"minutes": _("minutes"), "hours": _("hours"), "days": _("days")}
DOINGS = 4
MOST = {"minutes": 600_000, "hours": 9_600, "days": 400}


class Properties(forms.CharField):
    """Lines such as `order: A-17`; a number is one."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: str) -> dict[str, Any] | None:
        text = super().clean(value)
        if not text.strip():
            return None
        found: dict[str, Any] = {}
        for line in text.splitlines():
            name, colon, said = line.partition(":")
            if not colon and line.strip():
                raise forms.ValidationError(_("Write one property on each line, as order: A-17."))
            if name.strip():
                found[name.strip()[:60]] = _read(said.strip()[:500])
        return found


class ContextForm(forms.Form):
    """What lets them in."""

    subject = forms.CharField(
        label=_("Product code"),
        required=False,
        max_length=200,
        help_text=_("If it is about one product."),
    )
    properties = Properties(
        label=_("What let them in"),
        required=False,
        max_length=4_000,
        help_text=_("One property on each line, as order: A-17. Empty: their newest event of this kind."),
    )


class TestForm(ContextForm):
    __test__ = False  # pytest, this is no test

    testers = TesterField(
        label=_("Testers"),
        queryset=Tester.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one tester.")},
    )

    field_order = ("testers", "subject", "properties")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["testers"].queryset = testers.ready()  # type: ignore[attr-defined]


class DryRunForm(ContextForm):
    """When they come in, and what they do then: rows of an event and how long after."""

    at = forms.DateTimeField(
        label=_("They come in"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: now."),
    )

    field_order = ("at", "subject", "properties")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = [("", _("Nothing")), *occurrences.known_types()]
        for place in range(DOINGS):
            self.fields[f"event_{place}"] = forms.ChoiceField(
                label=_("What they do"), choices=events, required=False
            )
            self.fields[f"after_{place}"] = forms.IntegerField(
                label=_("After they came in"), min_value=0, max_value=600_000, required=False
            )
            self.fields[f"unit_{place}"] = forms.ChoiceField(
                label=_("Unit of time"), choices=UNITS.items(), required=False
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        return [(self[f"after_{n}"], self[f"unit_{n}"], self[f"event_{n}"]) for n in range(DOINGS)]

    @property
    def moment(self) -> datetime:
        """When they come in, of a valid form."""
        return self.cleaned_data["at"] or timezone.now()

    @property
    def doings(self) -> list[Doing]:
        """What they do, of a valid form; with the same product as what let them in."""
        about = {"product": self.cleaned_data["subject"]} if self.cleaned_data["subject"] else {}
        return [
            Doing(_after(self.cleaned_data, place), self.cleaned_data[f"event_{place}"], about)
            for place in range(DOINGS)
            if self.cleaned_data.get(f"event_{place}")
        ]


def _after(given: dict[str, Any], place: int) -> timedelta:
    unit = given.get(f"unit_{place}") or "hours"
    return timedelta(**{unit: min(given.get(f"after_{place}") or 0, MOST[unit])})


def _read(text: str) -> str | int:
    return int(text) if text.isdecimal() and len(text) < 16 and not text.startswith("0") else text
