"""What people fill in about coupons."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import people
from accounts.moments import ReachField
from composing.fields import MediaAddress
from coupons import codes
from coupons.models import Coupon, Redemption
from coupons.redeeming import MOST_YEN
from library.models import MediaFile
from routes.forms import MomentInput
from segments.models import Segment

CODE_IN_ADDRESS = re.compile(r"/media/([A-Za-z0-9_-]{1,40})/")
MOST_PASTED = 100_000
MOST_PERCENT, MOST_DAYS = 100, 3_650


class PictureField(MediaAddress):
    """A picture of the library, chosen in its window; the address that the window fills in names it."""

    def clean(self, value: object) -> MediaFile | None:  # type: ignore[override]  # a row, not its address
        address = super().clean(value)
        if not address:
            return None
        named = CODE_IN_ADDRESS.search(address)
        rows = MediaFile.objects.present().filter(kind=MediaFile.Kind.IMAGE)
        found = rows.filter(code=named[1]).first() if named else None
        if found is None:
            raise ValidationError(_("Choose a picture of the library."))
        return found


class CouponForm(forms.ModelForm):
    picture = PictureField(label=gettext_lazy("Picture"), required=False)
    responsible_id = forms.TypedChoiceField(
        label=gettext_lazy("Responsible"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Is told by mail when few are left."),
    )

    class Meta:
        model = Coupon
        fields = (
            *("name", "gives", "amount", "words", "picture", "terms", "starts_at", "ends_at", "valid_days"),
            *(
                "codes",
                "shared_code",
                "uses",
                "most",
                "by_address",
                "at_till",
                "by_tap",
                "online",
                "follows_orders",
            ),
            *("cost_yen", "warn_below", "responsible_id"),
        )
        field_classes = {"starts_at": ReachField, "ends_at": ReachField}  # noqa: RUF012  (Django's own)
        widgets = {  # noqa: RUF012  (Django's own)
            "terms": forms.Textarea(attrs={"rows": 4}),
            "starts_at": MomentInput(),
            "ends_at": MomentInput(),
            "codes": forms.RadioSelect(),
        }
        help_texts = {  # noqa: RUF012
            "name": gettext_lazy("Friends see it at the top of their coupon."),
            "amount": gettext_lazy("Yen, or per cent."),
            "words": gettext_lazy("Such as “A coffee with any cake”. Stands below the name."),
            "terms": gettext_lazy("What friends must know: products left out, other offers, where it holds."),
            "starts_at": gettext_lazy("Empty: from the moment you start it."),
            "ends_at": gettext_lazy("Empty: it has no end."),
            "valid_days": gettext_lazy("To the end of that day. The earlier of the two ends counts."),
            "shared_code": gettext_lazy("As the online shop or the till knows it."),
            "uses": gettext_lazy("How often whoever got it may use it; 0: as often as they like."),
            "most": gettext_lazy("Empty: no limit. Who comes later is told that all have been given."),
            "cost_yen": gettext_lazy("What one use costs you. Empty: the discount, as far as it is known."),
            "warn_below": gettext_lazy("Empty: no warning."),
        }

    def __init__(self, *args: Any, fixed: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(user.pk, user.name or user.email) for user in people.members()]
        responsible = self.fields["responsible_id"]
        assert isinstance(responsible, forms.TypedChoiceField)  # noqa: S101  (it stands above)
        responsible.choices = [("", _("Nobody yet")), *known]
        if self.instance.picture:
            self.initial["picture"] = self.instance.picture.address
        for name in fixed:
            self.fields[name].disabled = True

    def clean_shared_code(self) -> str:
        code = codes.cleaned(self.cleaned_data["shared_code"])
        if code and not codes.FITS.fullmatch(code):
            raise ValidationError(_("A code has letters, digits and signs without spaces."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        gives, amount = data.get("gives"), data.get("amount")
        if gives in (Coupon.Gives.YEN, Coupon.Gives.PERCENT) and not amount:
            self.add_error("amount", _("Say how much."))
        if gives == Coupon.Gives.PERCENT and amount and amount > MOST_PERCENT:
            self.add_error("amount", _("At most 100 per cent."))
        if gives in (Coupon.Gives.FREE, Coupon.Gives.OTHER):
            data["amount"] = None
            if not (data.get("words") or "").strip():
                self.add_error("words", _("Say what it gives."))
        self._check_rest(data)
        return data

    def _check_rest(self, data: dict[str, Any]) -> None:
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It would end before it begins."))
        if data.get("codes") != Coupon.Codes.SHARED:
            data["shared_code"] = ""
        elif not data.get("shared_code"):
            self.add_error("shared_code", _("Enter the code for everybody."))
        if (data.get("valid_days") or 0) > MOST_DAYS:
            self.add_error("valid_days", _("At most %(most)s days.") % {"most": f"{MOST_DAYS:,}"})
        if (data.get("uses") or 0) > Coupon.MOST_USES:
            self.add_error("uses", _("At most %(most)s uses.") % {"most": f"{Coupon.MOST_USES:,}"})
        if not any(data.get(name) for name in ("at_till", "by_tap", "online")):
            self.add_error(None, _("Say where it can be used: in the shop, on the phone or online."))

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands on coupons take it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PasteForm(forms.Form):
    codes = forms.CharField(
        label=gettext_lazy("Codes, one a line"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"}),
    )

    def clean_codes(self) -> list[str]:
        lines = [codes.cleaned(line) for line in self.cleaned_data["codes"].splitlines()]
        found = [line for line in lines if line]
        if len(found) > MOST_PASTED:
            raise ValidationError(_("At most %(most)s codes at a time.") % {"most": f"{MOST_PASTED:,}"})
        unfit = [line for line in found if not codes.FITS.fullmatch(line)]
        if unfit:
            said = _("%(count)s lines are no codes, such as “%(line)s”: letters, digits and signs only.")
            raise ValidationError(said % {"count": len(unfit), "line": unfit[0][:40]})
        return found


class MakeForm(forms.Form):
    count = forms.IntegerField(
        label=gettext_lazy("How many"), min_value=1, max_value=codes.MOST_MADE, initial=1_000
    )


class GiveForm(forms.Form):
    """To whom a coupon is given: all of a segment."""

    segment = forms.ModelChoiceField(label=gettext_lazy("Segment"), queryset=Segment.objects.all())


class ScanForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=Coupon.CODE_LENGTH * 2,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "class": "code"}
        ),
    )


class UseForm(forms.Form):
    """A use at the till. `key` is of this page: sent twice, it is one use."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    order_number = forms.CharField(
        label=gettext_lazy("Receipt or order number"),
        required=False,
        max_length=Redemption._meta.get_field("order_number").max_length,
    )
    amount = forms.IntegerField(
        label=gettext_lazy("Amount before the discount (yen)"),
        required=False,
        min_value=0,
        max_value=MOST_YEN,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    place = forms.CharField(label=gettext_lazy("Shop or till"), required=False, max_length=60)


class UndoForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it is taken back"), max_length=200)
