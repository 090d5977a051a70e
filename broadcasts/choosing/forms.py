"""Forms about who gets a broadcast, and about its A/B test."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from broadcasts.choosing import variants
from broadcasts.models import Broadcast, SplitTest, Variant
from contracts.sight import NET, Sight

HOLDOUT = (Decimal(0), Decimal(50))
MOST_PEOPLE, MOST_YEN = 2_147_483_647, Decimal("9999999999.99")
HOURS = [1, 2, 4, 8, 12, 24, 48, 72]
SAMPLES = (1, 100)


class ChoosingFields(forms.Form):
    """Who of the segment gets it: a part of a broadcast's form, which `choosing/fields.html` shows."""

    CHOOSING = ("ignores_cap", "most_count", "most_amount", "chosen_by", "holdout_percent")

    most_count = forms.IntegerField(
        label=_("People at most"), required=False, min_value=1, max_value=MOST_PEOPLE
    )
    most_amount = forms.DecimalField(
        label=_("Cost at most (yen)"),
        required=False,
        min_value=Decimal(0),
        max_value=MOST_YEN,
        max_digits=12,
        decimal_places=2,
        help_text=_("Of messages, before tax. Free messages of the month cost nothing."),
    )
    chosen_by = forms.ChoiceField(
        label=_("Who gets it then"),
        choices=Broadcast.ChosenBy,
        required=False,
        help_text=_(
            "By clicks of the last 90 days, as far as it is known who clicked. Where LINE finds the people, "
            "LINE draws lots."
        ),
    )
    holdout_percent = forms.DecimalField(
        label=_("Hold-out group (%)"),
        required=False,
        validators=[MinValueValidator(HOLDOUT[0]), MaxValueValidator(HOLDOUT[1])],
        max_digits=4,
        decimal_places=1,
        help_text=_(
            "So many of the people, drawn by lot, do not get it. What they buy all the same shows what the "
            "broadcast adds."
        ),
    )
    ignores_cap = forms.BooleanField(
        label=_("Also to people who have had as many messages as your rules allow"),
        required=False,
        help_text=_("For what must arrive, such as a notice."),
    )

    def __init__(self, *args: Any, seen: Sight | None = NET, **kwargs: Any) -> None:
        """`seen` is how the reader sees amounts; None: not at all. What they cannot see stays as it is."""
        super().__init__(*args, **kwargs)
        self.seen = seen
        kept = self.initial.get("most_amount")
        self.fields["most_amount"].disabled = seen is None or not seen.has_limits
        if seen and seen.has_limits and kept is not None:
            self.initial["most_amount"] = _sen(seen.limit(kept))

    def clean_most_amount(self) -> Decimal | None:
        """In net, whatever it was typed in."""
        typed = self.cleaned_data["most_amount"]
        if typed is None or self.seen is None or not self.seen.has_limits:
            return typed
        return _sen(self.seen.as_net(typed))

    @classmethod
    def of_choosing(cls, broadcast: Broadcast | None) -> dict[str, Any]:
        """What stands in these fields: of a broadcast, or of a new one."""
        shown = broadcast or Broadcast()
        return {name: getattr(shown, name) for name in cls.CHOOSING}

    def choosing(self) -> dict[str, Any]:
        """What was filled in here, as the commands on broadcasts take it."""
        asked = {name: self.cleaned_data.get(name) for name in self.CHOOSING}
        asked["chosen_by"] = asked["chosen_by"] or Broadcast.ChosenBy.RANDOM
        return asked | {"holdout_percent": asked["holdout_percent"] or Decimal(0)}


class SplitTestForm(forms.Form):
    """The settings of an A/B test. `version` is the one of the broadcast that was looked at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sample_percent = forms.IntegerField(
        label=_("Sample (%)"),
        min_value=SAMPLES[0],
        max_value=SAMPLES[1],
        help_text=_("They get the texts, each the same number of people. 100: all, and nothing is decided."),
    )
    metric = forms.ChoiceField(
        label=_("The best text is the one with most"),
        choices=SplitTest.Metric,
        help_text=_("LINE tells opens only from 20 people on. Clicks are those on links in the message."),
    )
    hours = forms.TypedChoiceField(
        label=_("The rest waits"),
        coerce=int,
        help_text=_("From the end of the sample. In quiet hours nothing leaves: then it is later."),
    )
    asks_person = forms.BooleanField(
        label=_("If the figures do not decide, wait for a person"),
        required=False,
        help_text=_("Otherwise clicks decide, and if these do not either, text A is sent."),
    )

    def __init__(self, *args: Any, test: SplitTest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].choices = [  # type: ignore[attr-defined]
            (hours, _("%(hours)s h later") % {"hours": hours}) for hours in _with(_hours(test))
        ]

    @staticmethod
    def of(broadcast: Broadcast, test: SplitTest | None) -> dict[str, Any]:
        shown = test or SplitTest()
        kept = {name: getattr(shown, name) for name in variants.SETTINGS if name != "waits"}
        return kept | {"hours": _hours(shown), "version": broadcast.version}

    def settings(self) -> dict[str, Any]:
        asked = self.cleaned_data
        kept = {name: asked[name] for name in variants.SETTINGS if name != "waits"}
        return kept | {"waits": timedelta(hours=asked["hours"])}


class VersionForm(forms.Form):
    """The version of the broadcast that was looked at while a text was written."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """Which text the rest gets."""

    letter = forms.ChoiceField(choices=[(letter, letter) for letter in Variant.LETTERS])


def _sen(amount: Decimal | None) -> Decimal | None:
    """As it is kept. There and back it stays the same, since gross is never less than net."""
    return None if amount is None else amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _hours(test: SplitTest | None) -> int:
    return max(1, (test or SplitTest()).hours)


def _with(hours: int) -> Iterable[int]:
    return sorted({*HOURS, hours})
