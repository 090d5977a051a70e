"""What people fill in about lotteries and point campaigns."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.moments import ReachField
from accounts.spreadsheets import FORMATS
from coupons import rewards
from customers import contacts
from events import registry
from events.models import EventTypeDefinition
from imports.kinds import Unfit
from library.models import MediaFile
from prizes.lotteries import odds
from prizes.lotteries.odds import Chance
from prizes.models import Lottery, PointCampaign, Prize, Win

MOST_PRIZES = 20
SPARE = 2  # empty rows below the prizes
OFFERED = 200  # pictures, the newest
MOST_NUMBER = 2_000_000_000
DIGITS_OF_POSTAL_CODE = 7


class MomentInput(forms.DateTimeInput):
    def __init__(self) -> None:
        super().__init__({"type": "datetime-local", "step": 60}, format="%Y-%m-%dT%H:%M")


def _pictures(form: forms.BaseForm) -> None:
    """Offer the newest pictures of the library, and the one that was chosen."""
    present = form.initial.get("picture")
    newest = MediaFile.objects.present().filter(kind=MediaFile.Kind.IMAGE).values("pk")[:OFFERED]
    chosen = MediaFile.objects.filter(pk__in=newest) | MediaFile.objects.filter(pk=present or 0)
    form.fields["picture"].queryset = chosen  # type: ignore[attr-defined]


class LotteryForm(forms.ModelForm):
    class Meta:
        model = Lottery
        fields = [
            "name",
            "title",
            "text",
            "picture",
            "starts_at",
            "ends_at",
            "who",
            "segment",
            "turns",
            "turns_per_day",
            "consolation",
            "rules",
            "law",
            "price_yen",
            "sales_yen",
        ]
        field_classes = {"starts_at": ReachField, "ends_at": ReachField}  # noqa: RUF012  (Django's own)
        widgets = {  # noqa: RUF012  (Django's own)
            "starts_at": MomentInput(),
            "ends_at": MomentInput(),
            "text": forms.Textarea({"rows": 3}),
            "rules": forms.Textarea({"rows": 4}),
        }
        labels = {"picture": _("Picture on the page")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "name": _("For your own people. Friends see the title."),
            "title": _("Empty: the name."),
            "consolation": _("Empty: “No luck this time. Thank you for taking part.”"),
            "rules": _("Odds, stock, turns and period are told by themselves; add what else holds."),
            "turns": _("In all. Empty: no limit."),
            "turns_per_day": _("Empty: no limit."),
            "segment": _("Asked at the moment somebody draws."),
            "law": _(
                "Decides what prizes may be worth in Japan (the Act against Unjustifiable Premiums). With a "
                "purchase at one shop: 20 times the purchase below ¥5,000, else ¥100,000, and two per cent "
                "of the sales in all. Many shops together: ¥300,000 and three per cent. Open to all: no "
                "limit. Source: the Consumer Affairs Agency’s guide to premiums. This is a help only: "
                "check each case yourself."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _pictures(self)

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands on lotteries take it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class WordsForm(LotteryForm):
    """What may still be said in other words after opening."""

    class Meta(LotteryForm.Meta):
        fields = ["name", "title", "text", "picture", "consolation", "rules"]  # noqa: RUF012


def _rewards(present: str) -> list[tuple[str, str]]:
    """Those that can be given, and the one that was chosen before and cannot be given any more."""
    offered = [(_written(reward), words) for _kind, given in rewards.choices() for reward, words in given]
    if present and present not in dict(offered) and _read(present) is not None:
        offered.append((present, rewards.say(_read(present) or {})))
    return offered


class PrizeForm(forms.Form):
    """One prize with its odds. An empty row is no prize."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Prize"), max_length=60)
    percent = forms.DecimalField(
        label=_("Odds (%)"), min_value=Decimal(0), max_value=Decimal(100), decimal_places=4
    )
    stock = forms.IntegerField(label=_("Stock"), required=False, min_value=0, max_value=MOST_NUMBER)
    per_day = forms.IntegerField(label=_("At most a day"), required=False, min_value=1, max_value=MOST_NUMBER)
    value_yen = forms.IntegerField(label=_("Value (yen)"), required=False, min_value=0, max_value=MOST_NUMBER)
    reward = forms.ChoiceField(
        label=_("Given at once"),
        required=False,
        error_messages={"invalid_choice": _("This cannot be given any more. Choose another.")},
    )
    text = forms.CharField(label=_("What the winner reads"), required=False, max_length=300)
    is_sent = forms.BooleanField(label=_("Sent: ask for the address"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = str(self.initial.get("reward") or "")
        nothing = [("", _("Nothing: it is handed over or sent"))]
        self.fields["reward"].choices = [*nothing, *_rewards(present)]  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """As the commands on lotteries take it."""
        given = self.cleaned_data
        return {
            "id": given["id"],
            "name": given["name"],
            "text": given["text"],
            "reward": _read(given["reward"]),
            "is_sent": given["is_sent"],
            "value_yen": given["value_yen"] or 0,
            "ppm": odds.ppm(given["percent"]),
            "stock": given["stock"],
            "per_day": given["per_day"],
        }


def prize_initial(prize: Prize, chance: Chance | None) -> dict[str, Any]:
    """A prize as the form shows it."""
    return {
        "id": prize.pk,
        "name": prize.name,
        "text": prize.text,
        "reward": _written(prize.reward) if prize.reward else "",
        "is_sent": prize.is_sent,
        "value_yen": prize.value_yen,
        "percent": chance.percent if chance else 0,
        "stock": chance.stock if chance else None,
        "per_day": chance.per_day if chance else None,
    }


class _Prizes(forms.BaseFormSet):
    def initial_form_count(self) -> int:
        """As the form says; less than none would make prizes of empty rows."""
        return max(super().initial_form_count(), 0)

    def rows(self) -> list[dict[str, Any]]:
        """The prizes that stay, and the new ones; empty rows are left out."""
        kept, more = self.initial_forms, [form for form in self.extra_forms if form.has_changed()]
        return [form.row() for form in (*kept, *more) if form not in self.deleted_forms]


PrizeForms = forms.formset_factory(
    PrizeForm,
    formset=_Prizes,
    extra=SPARE,
    max_num=MOST_PRIZES,
    absolute_max=2 * MOST_PRIZES,  # so many are shown again with what stands against them; Django: 1,000 more
    validate_max=True,
    can_delete=True,
)


class ChanceForm(forms.Form):
    """The odds of one prize in a new table."""

    percent = PrizeForm.base_fields["percent"]
    stock = PrizeForm.base_fields["stock"]
    per_day = PrizeForm.base_fields["per_day"]

    def chance(self, prize: int) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "prize": prize,
            "ppm": odds.ppm(given["percent"]),
            "stock": given["stock"],
            "per_day": given["per_day"],
        }


class OddsForm(forms.Form):
    """From when new odds hold, and why."""

    holds_from = ReachField(
        label=_("Holds from"),
        required=False,
        widget=MomentInput(),
        help_text=_("Empty: from one minute from now on. What was drawn before keeps its odds."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Kept with the odds, for whoever asks later.")
    )


class TurnsForm(forms.Form):
    """With how many turns to reckon."""

    turns = forms.IntegerField(label=_("Turns to reckon with"), min_value=1, max_value=MOST_NUMBER)


class WinFilter(forms.Form):
    """Which wins the list shows. What is not valid is left out."""

    state = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *Win.State.choices])
    prize = forms.ModelChoiceField(
        label=_("Prize"), required=False, queryset=Prize.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, lottery: Lottery) -> None:
        super().__init__(*args)
        self.fields["prize"].queryset = lottery.prizes.all()  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """What became of the wins that are chosen."""

    STATES = (Win.State.TO_SEND, Win.State.SENT, Win.State.HANDED_OVER)

    state = forms.ChoiceField(label=_("Mark as"), choices=[(each.value, each.label) for each in STATES])
    wins = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, numbers: list[int] | None = None) -> None:
        super().__init__(data)
        self.fields["wins"].choices = [(number, number) for number in numbers or []]  # type: ignore[attr-defined]


class WinForm(forms.Form):
    """One win: what became of it, and a note."""

    state = forms.ChoiceField(label=_("Status"), choices=[(e.value, e.label) for e in MarkForm.STATES])
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class ContactForm(forms.Form):
    """Where a winner wants a prize sent."""

    name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"})
    )
    postal_code = forms.CharField(
        label=_("Postal code"),
        max_length=12,
        widget=forms.TextInput({"autocomplete": "postal-code", "placeholder": "123-4567"}),
    )
    address = forms.CharField(
        label=_("Where to send it"),
        max_length=200,
        widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )

    def clean_postal_code(self) -> str:
        plain = "".join(
            filter(str.isdecimal, unicodedata.normalize("NFKC", self.cleaned_data["postal_code"]))
        )
        if len(plain) != DIGITS_OF_POSTAL_CODE:
            raise forms.ValidationError(_("Write seven digits, such as 123-4567."))
        return f"{plain[:3]}-{plain[3:]}"

    def clean_phone(self) -> str:
        try:
            return contacts.plain_phone(self.cleaned_data["phone"])
        except Unfit as unfit:
            raise forms.ValidationError(unfit.reason) from unfit


class PointCampaignForm(forms.ModelForm):
    event = forms.ChoiceField(
        label=_("What has to be done"),
        required=False,
        help_text=_("Counted from the beginning to the end. An order that was cancelled does not count."),
    )
    times = forms.IntegerField(label=_("How many times"), required=False, min_value=1, max_value=1_000)
    least = forms.DecimalField(
        label=_("Amount at least"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(10**9),
        help_text=_("For events with an amount, such as the total of an order. Empty: any."),
    )

    class Meta:
        model = PointCampaign
        fields = [
            "name",
            "title",
            "text",
            "picture",
            "starts_at",
            "ends_at",
            "kind",
            "points",
            "unit_price",
            "fee_yen",
            "known_by",
            "segment",
            "is_asked_again",
            "most",
            "enters_on_page",
            "rules",
        ]
        field_classes = LotteryForm.Meta.field_classes
        widgets = LotteryForm.Meta.widgets
        labels = {"picture": _("Picture on the page")}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "name": _("For your own people. Friends see the title."),
            "title": _("Empty: the name."),
            "segment": _("Empty: all friends."),
            "is_asked_again": _("Who is out of it by then gets nothing."),
            "most": _("The first to enter come first. Empty: no limit."),
            "unit_price": _("What one point costs, before tax."),
            "known_by": _("How the partner, or the shop, knows to whom points go."),
        }

    # Of each type of event, the property that is its amount.
    AMOUNTS = ("total", "amount", "price")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _pictures(self)
        action = self.instance.action or {}
        self.fields["event"].choices = _events(str(action.get("event", "")))  # type: ignore[attr-defined]
        if action:
            self.initial.update(
                event=action["event"], times=action.get("times", 1), least=action.get("least")
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("least") is not None and given.get("event") and not _amount(given["event"]):
            self.add_error("least", _("Events of this type have no amount."))
        return given

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands on point campaigns take it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"action": self._action()}

    def _action(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if not given["event"]:
            return None
        action: dict[str, Any] = {"event": given["event"], "times": given["times"] or 1}
        if given["least"] is not None:
            action |= {"property": _amount(given["event"]), "least": float(given["least"])}
        return action


class PointWordsForm(forms.ModelForm):
    """What may still be changed of a point campaign after opening."""

    class Meta(PointCampaignForm.Meta):
        fields = ["name", "title", "text", "picture", "unit_price", "fee_yen", "known_by", "rules"]  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _pictures(self)

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ResultForm(forms.Form):
    file = forms.FileField(
        label=_("File with results"),
        help_text=_("CSV with the columns identity and result (OK or NG), and note if there is one."),
    )


class FileForm(forms.Form):
    """In which form a table is wanted."""

    kind = forms.ChoiceField(label=_("File"), choices=FORMATS)


def _events(present: str) -> list[tuple[str, Any]]:
    own = EventTypeDefinition.objects.filter(archived_at=None).values_list("name", "label")
    known = [*((each.name, each.label) for each in registry.all_types()), *own]
    if present and present not in dict(known):
        known.append((present, present))
    return [("", _("Nothing: entering is enough")), *known]


def _amount(event: str) -> str:
    type_ = registry.get(event)
    names = type_.kinds if type_ else _own_kinds(event)
    return next((name for name in PointCampaignForm.AMOUNTS if name in names), "")


def _own_kinds(event: str) -> dict[str, str]:
    rows = EventTypeDefinition.objects.filter(name=event).values_list("properties", flat=True).first()
    return {each["name"]: each["type"] for each in rows or []}


def _written(reward: Mapping[str, Any]) -> str:
    return orjson.dumps(reward, option=orjson.OPT_SORT_KEYS).decode()


def _read(text: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
