"""What people fill in to make a coupon of LINE's; within LINE's limits, counted as LINE does."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from composing.fields import LineText, MediaAddress
from line.validation import validate_coupon
from line.validation.coupons import TIMEZONES
from line.validation.limits import Limit

FIXED, PERCENTAGE, EXPLICIT = "fixed", "percentage", "explicit"
REWARDS = [
    ("discount", gettext_lazy("Discount")),
    ("free", gettext_lazy("Free")),
    ("gift", gettext_lazy("Gift")),
    ("cashBack", gettext_lazy("Cash back")),
    ("others", gettext_lazy("Other")),
]
PRICES = [
    ("", gettext_lazy("Not said")),
    (FIXED, gettext_lazy("So much off")),
    (PERCENTAGE, gettext_lazy("Per cent off")),
    (EXPLICIT, gettext_lazy("Price before and after")),
]
PRICED = ("discount", "cashBack")
MOST_AMOUNT = 2**31 - 1
# The field in which a problem is marked, by where LINE's validation finds it.
FIELDS = {
    "title": "title",
    "description": "description",
    "usageCondition": "usage_condition",
    "couponCode": "code",
    "imageUrl": "image",
    "barcodeImageUrl": "barcode",
    "startTimestamp": "starts_at",
    "endTimestamp": "ends_at",
    "acquisitionCondition.lotteryProbability": "probability",
    "acquisitionCondition.maxAcquireCount": "most",
    "reward.priceInfo.percentage": "amount",
    "reward.priceInfo.fixedAmount": "amount",
}


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        super().__init__({"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M")


class LineCouponForm(forms.Form):
    title = LineText(Limit(60), label=gettext_lazy("Title"))
    description = LineText(Limit(1000), lines=4, label=gettext_lazy("Description"), required=False)
    usage_condition = LineText(Limit(100), label=gettext_lazy("How it is used"), required=False)
    image = MediaAddress(label=gettext_lazy("Picture"), required=False)
    barcode = MediaAddress(label=gettext_lazy("Picture of the barcode"), required=False)
    code = LineText(Limit(16), label=gettext_lazy("Code for everybody"), required=False)
    starts_at = forms.DateTimeField(label=gettext_lazy("Begins"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=gettext_lazy("Ends"), widget=MomentInput())
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone in which friends read the period"),
        choices=[(name, name.replace("_", " ").title()) for name in TIMEZONES],
        initial="ASIA_TOKYO",
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who can find it"),
        choices=[
            ("UNLISTED", gettext_lazy("Only who gets it in a message")),
            ("PUBLIC", gettext_lazy("Everybody on LINE’s coupon pages")),
        ],
    )
    once = forms.BooleanField(
        label=gettext_lazy("Each person uses it once only"), required=False, initial=True
    )
    condition = forms.ChoiceField(
        label=gettext_lazy("Who gets the coupon"),
        choices=[("normal", gettext_lazy("Everybody who opens it")), ("lottery", gettext_lazy("By lot"))],
    )
    probability = forms.IntegerField(
        label=gettext_lazy("Winning in per cent"), required=False, min_value=1, max_value=99
    )
    most = forms.IntegerField(
        label=gettext_lazy("Winners at most"),
        required=False,
        min_value=1,
        max_value=999_999,
        help_text=gettext_lazy("Empty: no limit."),
    )
    reward = forms.ChoiceField(label=gettext_lazy("What it gives"), choices=REWARDS)
    price = forms.ChoiceField(label=gettext_lazy("How the price is said"), choices=PRICES, required=False)
    amount = forms.IntegerField(
        label=gettext_lazy("Amount, or per cent"), required=False, min_value=1, max_value=MOST_AMOUNT
    )
    before = forms.IntegerField(
        label=gettext_lazy("Price before the discount"), required=False, min_value=1, max_value=MOST_AMOUNT
    )
    after = forms.IntegerField(
        label=gettext_lazy("Price after the discount"), required=False, min_value=0, max_value=MOST_AMOUNT
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        ends = data.get("ends_at")
        if ends and ends <= timezone.now():
            self.add_error("ends_at", _("It would be over already."))
        for field in self._wanting(data):
            self.add_error(field, _("This is needed here."))
        if not self.errors:
            for problem in validate_coupon(self.content()):
                text = _(problem.message) % {"limit": problem.limit}
                self.add_error(FIELDS.get(problem.path), text)
        return data

    def content(self) -> dict:
        """The coupon as LINE takes it."""
        data = self.cleaned_data
        said = {
            "title": data["title"],
            "description": data["description"],
            "usageCondition": data["usage_condition"],
            "imageUrl": data["image"],
            "barcodeImageUrl": data["barcode"],
            "couponCode": data["code"],
        }
        return {name: value for name, value in said.items() if value} | {
            "startTimestamp": _seconds(data["starts_at"]),
            "endTimestamp": _seconds(data["ends_at"]),
            "timezone": data["timezone"],
            "visibility": data["visibility"],
            "maxUseCountPerTicket": 1 if data["once"] else -1,
            "acquisitionCondition": self._condition(data),
            "reward": self._reward(data),
        }

    def _wanting(self, data: dict[str, Any]) -> Iterator[str]:
        price = data.get("price") if data.get("reward") in PRICED else ""
        needed = {FIXED: ("amount",), PERCENTAGE: ("amount",), EXPLICIT: ("before", "after")}.get(
            price or "", ()
        )
        wanted = (*needed, *(("probability",) if data.get("condition") == "lottery" else ()))
        return (name for name in wanted if name not in self.errors and data.get(name) is None)

    def _condition(self, data: dict[str, Any]) -> dict:
        if data["condition"] == "normal":
            return {"type": "normal"}
        most = -1 if data["most"] is None else data["most"]
        return {"type": "lottery", "lotteryProbability": data["probability"], "maxAcquireCount": most}

    def _reward(self, data: dict[str, Any]) -> dict:
        reward, price = {"type": data["reward"]}, data["price"]
        if data["reward"] not in PRICED or not price:
            return reward
        if price == EXPLICIT:
            info = {"originalPrice": data["before"], "priceAfterDiscount": data["after"]}
        else:
            info = {"fixedAmount" if price == FIXED else "percentage": data["amount"]}
        return reward | {"priceInfo": {"type": price} | info}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
