"""The form of the bounds between the classes of buyers."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from segments.rfm import BOUNDS, LARGEST, LONGEST, Bounds

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLACES = range(4)
MOST = {"recency_days": LONGEST, "orders": 10_000, "amounts": LARGEST}


class BoundsForm(forms.Form):
    """Four numbers of each kind, `orders_0` to `orders_3`."""

    within_days = forms.IntegerField(label=_("Orders of the last … days"), min_value=1, max_value=LONGEST)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for kind in BOUNDS:
            for place in PLACES:
                self.fields[f"{kind}_{place}"] = forms.IntegerField(min_value=1, max_value=MOST[kind])

    @classmethod
    def of(cls, bounds: Bounds) -> "BoundsForm":
        said = asdict(bounds)
        values = {f"{kind}_{place}": number for kind in BOUNDS for place, number in enumerate(said[kind])}
        return cls(initial={"within_days": bounds.within_days} | values)

    def bounds(self) -> Bounds:
        """Of a valid form. Raises UnfitBounds."""
        given = self.cleaned_data
        lists = {kind: [given[f"{kind}_{place}"] for place in PLACES] for kind in BOUNDS}
        return Bounds(within_days=given["within_days"], **lists).check()

    def rows(self) -> "list[tuple[StrOrPromise, StrOrPromise, list[forms.BoundField]]]":
        """Of each kind its name, what its numbers mean, and the fields, from the best class to the last."""
        kinds = {
            "recency_days": (_("Recency"), _("Days since the last order: fewer than")),
            "orders": (_("Frequency"), _("Number of orders: at least")),
            "amounts": (_("Money"), _("Spent altogether: at least")),
        }
        return [
            (
                *kinds[kind],
                [
                    self[f"{kind}_{place}"]
                    for place in (PLACES if kind == "recency_days" else reversed(PLACES))
                ],
            )
            for kind in BOUNDS
        ]
