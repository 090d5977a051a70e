"""What is asked of the page of conversions, and how a conversion point counts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attribution.leading import Asked, By
from attribution.models import Model, Point
from coupons.models import Coupon
from events import registry
from segments.types import occurrences

EARLIEST, LAST_YEAR = date(2010, 1, 1), 2100
MOST_DAYS = 366
FILTERS = 3  # comparisons that the form has; programs may give more
USUAL = timedelta(days=29)
OF_PAGES = ("pages", "told_as")


class TagForm(forms.Form):
    """Where the page tag may be."""

    origins = forms.CharField(
        label=_("Addresses of your shop, one a line"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://shop.example"}),
        max_length=8_000,
        help_text=_("Reports from other pages are refused. Personal links to these pages bring a click id."),
    )

    def lines(self) -> list[str]:
        return self.cleaned_data["origins"].splitlines()


class DayInput(forms.DateInput):
    input_type = "date"


class AskForm(forms.Form):
    """Days, and how conversions are shared out. What cannot be is the last thirty days, and the usual way."""

    first = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    point = forms.ModelChoiceField(
        label=_("Conversion point"),
        required=False,
        queryset=Point.objects.open(),
        empty_label=_("All of them"),
    )
    model = forms.ChoiceField(
        label=_("Who gets it"),
        required=False,
        choices=[
            ("", _("As each point says")),
            (Model.LAST, Model.LAST.label),
            (Model.FIRST, Model.FIRST.label),
        ],
    )

    def asked(self, by: By) -> Asked:
        self.is_valid()
        given = self.cleaned_data
        today = timezone.localdate()
        first, last = given.get("first") or today - USUAL, given.get("last") or today
        is_one = first >= EARLIEST and 0 <= (last - first).days < MOST_DAYS and last.year <= LAST_YEAR
        first, last = (first, last) if is_one else (today - USUAL, today)
        return Asked(first, last, by, given.get("model") or "", given.get("point"))


class PointForm(forms.ModelForm):
    """Kind and code are asked once; which fields show depends on the kind, without a script."""

    touches = forms.MultipleChoiceField(
        label=_("What can lead to it"), choices=Point.Touch.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Point
        fields = [
            "name",
            "code",
            "event",
            "amount_property",
            "value_yen",
            "coupon",
            "pages",
            "told_as",
            "counts",
            "window_days",
            "model",
            "view_hours",
            "touches",
        ]
        help_texts = {  # noqa: RUF012
            "amount_property": _(
                "The property of the event that says what it is worth. Empty: the fixed value."
            ),
            "value_yen": _("What one is worth where the event does not say it. Empty: nothing."),
            "pages": _(
                "Each opening of it is a conversion: shop.example/thanks, or /thanks of any of your shops. "
                "* stands for anything."
            ),
            "told_as": _(
                "Or what the page tells by musubi('convert', {name: '…'}). Conversions with an order number "
                "count as orders of the shop, not here."
            ),
            "window_days": _("A touch counts for so many days. From 1 to 90."),
            "view_hours": _(
                "With “%(model)s”: how long a message counts that was not clicked. From 1 to 168."
            )
            % {"model": Model.VIEW.label},
        }

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        for name in self._unasked():
            del self.fields[name]
        if "event" in self.fields:
            self.fields["event"] = forms.ChoiceField(label=_("Event"), choices=_events)
            self.fields["amount_property"].widget.attrs["list"] = "properties"
            self._ask_filters()
        if "coupon" in self.fields:
            names = [("", _("Any coupon")), *Coupon.objects.values_list("pk", "name")[:500]]
            self.fields["coupon"] = forms.TypedChoiceField(
                label=_("Coupon"), required=False, choices=names, coerce=int, empty_value=None
            )

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands on points take it."""
        given = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        return given | ({"where": self._where()} if self.kind == Point.Kind.EVENT else {})

    def filters(self) -> list[list[forms.BoundField]]:
        """The rows in which an event is narrowed."""
        if self.kind != Point.Kind.EVENT:
            return []
        return [[self[f"{name}_{row}"] for name in ("property", "op", "value")] for row in range(FILTERS)]

    def _unasked(self) -> set[str]:
        always = set() if self.instance.pk is None else {"code"}
        return (
            always
            | {
                Point.Kind.ORDER: {"name", "event", "amount_property", "value_yen", "coupon", *OF_PAGES},
                Point.Kind.EVENT: {"coupon", *OF_PAGES},
                Point.Kind.COUPON: {"event", "amount_property", *OF_PAGES},
                Point.Kind.PAGE: {"event", "amount_property", "coupon"},
            }[Point.Kind(self.kind)]
        )

    def _ask_filters(self) -> None:
        held = [*self.instance.where[:FILTERS], *([{}] * FILTERS)][:FILTERS]
        for row, each in enumerate(held):
            given = each.get("value")
            shown = ", ".join(map(_written, given)) if isinstance(given, list) else _written(given)
            attrs = {"list": "properties"}
            self.fields[f"property_{row}"] = forms.CharField(
                label=_("Property"),
                required=False,
                max_length=60,
                initial=each.get("property"),
                widget=forms.TextInput(attrs=attrs),
            )
            self.fields[f"op_{row}"] = forms.ChoiceField(
                label=_("Comparison"),
                required=False,
                choices=list(occurrences.COMPARED.items()),
                initial=each.get("op"),
            )
            self.fields[f"value_{row}"] = forms.CharField(
                label=_("Value"), required=False, max_length=500, initial=shown
            )

    def _where(self) -> list[dict]:
        found = []
        for row in range(FILTERS):
            name, op, text = (self.cleaned_data[f"{each}_{row}"] for each in ("property", "op", "value"))
            if name:
                found.append({"property": name, "op": op} | value_of(op, text))
        return found + self.instance.where[FILTERS:]


def _events() -> list[tuple[object, Any]]:
    """Types of events; orders have a point of their own, which knows refunds."""
    known = [
        (name, label) for name, label in occurrences.known_types() if name not in ("order_placed", "bought")
    ]
    return [("", _("Choose an event")), *known]


def _written(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_of(op: str, text: str) -> dict[str, Any]:
    """The value as it was typed: a number if it is one, a list where one of several is meant."""
    positive = occurrences.TURNED.get(op, op)
    if positive == "exists" or not text:
        return {}
    if positive == "in":
        return {
            "value": [_typed(part.strip()) for part in text.replace("、", ",").split(",") if part.strip()]
        }
    return {"value": text if positive == "contains" else _typed(text)}


def _typed(text: str) -> bool | int | float | str:
    if text in ("true", "false"):
        return text == "true"
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    if not number.is_finite() or abs(number) >= 10**15:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def properties() -> list[tuple[object, Any]]:
    """Names of properties of events, for the form to offer."""
    return occurrences.known_properties()


def event_in_words(point: Point) -> str:
    """What the point counts, in words."""
    if point.kind == Point.Kind.PAGE:
        words = _("Page opened: %(pages)s") if point.pages else _("Conversion on a page: %(name)s")
        return words % {"pages": point.pages, "name": point.told_as}
    if point.kind != Point.Kind.EVENT:
        return str(point.get_kind_display())
    labels = occurrences.labels_of([point.event])
    known = {"labels": labels, "names": occurrences.names_in([point.where])}
    return occurrences.event_words(registry.canonical(point.event), point.where or None, known)
