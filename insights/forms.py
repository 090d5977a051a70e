"""What is asked of cross tables, funnels and hours."""

import json
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attribution.forms import value_of
from insights import sides
from insights.models import Funnel
from routes.cost_forms import DayInput
from segments.models import Segment
from segments.types import occurrences

USUAL = timedelta(days=89)
MOST_DAYS = 731
FILTERS = 2  # comparisons of one step that the form has; programs may give more


def is_period(first: date, last: date) -> bool:
    """Whether it can be asked about: in order, not too long, in years of sends."""
    return first.year >= 2010 and last.year <= 2100 and 0 <= (last - first).days < MOST_DAYS


class CrossForm(forms.Form):
    """What against what, of whom."""

    row = forms.ChoiceField(label=_("In the rows"))
    column = forms.ChoiceField(label=_("In the columns"))
    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name"), label=_("Segment"), required=False, empty_label=_("Everybody")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[Any] = [("", _("Choose")), *sides.offered()]
        for name in ("row", "column"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("row") and asked.get("row") == asked.get("column"):
            raise forms.ValidationError(_("Choose two different things."))
        return asked


class HoursForm(forms.Form):
    """Days on which sends began; what cannot be is the last three months."""

    first = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    def period(self) -> tuple[date, date]:
        self.is_valid()
        today = timezone.localdate()
        first = self.cleaned_data.get("first") or today - USUAL
        last = self.cleaned_data.get("last") or today
        return (first, last) if is_period(first, last) else (today - USUAL, today)


class FunnelForm(forms.Form):
    """A funnel: as many steps as a client may want, empty ones left out. No script is needed."""

    name = forms.CharField(label=_("Name"), max_length=Funnel.NAME_LENGTH)
    window_days = forms.IntegerField(
        label=_("Days from the first step to the last"),
        min_value=1,
        max_value=Funnel.MOST_WINDOW,
        initial=7,
    )
    period_days = forms.IntegerField(
        label=_("People who began in the last … days"), min_value=1, max_value=Funnel.MOST_DAYS, initial=30
    )
    first = forms.DateField(
        label=_("Or: people who began from"),
        required=False,
        widget=DayInput(),
        help_text=_("Both days, or neither: then the period ends today."),
    )
    last = forms.DateField(label=_("until"), required=False, widget=DayInput())
    segment = forms.ModelChoiceField(
        Segment.objects.order_by("name"),
        label=_("Only friends of the segment"),
        required=False,
        empty_label=_("Everybody"),
    )
    side = forms.ChoiceField(label=_("Broken down by"), required=False)

    def __init__(self, data: Any = None, *, funnel: Funnel | None = None) -> None:
        super().__init__(data, initial=_initial(funnel))
        self.kept = funnel.steps if funnel else []
        self.fields["side"].choices = [("", _("No breakdown")), *sides.offered()]  # type: ignore[attr-defined]
        known = [("", _("No step")), *occurrences.known_types()]
        for place in range(Funnel.MOST_STEPS):
            self._add_step(place, known)

    def steps(self) -> list[list[Any]]:
        """The fields of each step: the event, then rows of a comparison."""
        return [
            [
                self[f"event_{place}"],
                [
                    [self[f"{name}_{place}_{row}"] for name in ("property", "op", "value")]
                    for row in range(FILTERS)
                ],
            ]
            for place in range(Funnel.MOST_STEPS)
        ]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands take it."""
        names = ("name", "window_days", "period_days", "first", "last", "segment", "side")
        steps = [self._step(place) for place in range(Funnel.MOST_STEPS)]
        return {name: self.cleaned_data[name] for name in names} | {"steps": [each for each in steps if each]}

    def _add_step(self, place: int, known: list[Any]) -> None:
        held = self.kept[place] if place < len(self.kept) else {}
        self.fields[f"event_{place}"] = forms.ChoiceField(
            label=_("Step %(number)s") % {"number": place + 1},
            choices=known,
            required=False,
            initial=held.get("event", ""),
        )
        where = [*_filters(held.get("where")), *([{}] * FILTERS)][:FILTERS]
        for row, each in enumerate(where):
            self.fields[f"property_{place}_{row}"] = forms.CharField(
                label=_("Property"),
                required=False,
                max_length=60,
                initial=each.get("property"),
                widget=forms.TextInput(attrs={"list": "properties"}),
            )
            self.fields[f"op_{place}_{row}"] = forms.ChoiceField(
                label=_("Comparison"),
                required=False,
                choices=list(occurrences.COMPARED.items()),
                initial=each.get("op"),
            )
            self.fields[f"value_{place}_{row}"] = forms.CharField(
                label=_("Value"), required=False, max_length=500, initial=_written(each.get("value"))
            )

    def _step(self, place: int) -> dict | None:
        event = self.cleaned_data[f"event_{place}"]
        if not event:
            return None
        where = []
        for row in range(FILTERS):
            name, op, text = (
                self.cleaned_data[f"{each}_{place}_{row}"] for each in ("property", "op", "value")
            )
            if name:
                where.append({"property": name, "op": op or "equals"} | value_of(op or "equals", text))
        kept = self.kept[place] if place < len(self.kept) else {}
        if kept.get("event") == event:
            where += _filters(kept.get("where"))[FILTERS:]
        return {"event": event} | ({"where": where} if where else {})


def _initial(funnel: Funnel | None) -> dict[str, Any]:
    if funnel is None:
        return {}
    names = ("name", "window_days", "period_days", "first", "last", "side")
    return {name: getattr(funnel, name) for name in names} | {"segment": funnel.segment_id}


def _filters(where: Any) -> list[dict]:
    return list(where or [])


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return json.dumps(value) if isinstance(value, bool) else str(value)
