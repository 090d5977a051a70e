from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import people
from campaigns.models import Campaign


class CampaignField(forms.ModelChoiceField):
    """A campaign to which more can be added, or the archived one that holds already."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Campaign.objects.open(), **options)

    def keep(self, present: Campaign | None) -> None:
        """Offer this one, too, though it may be archived."""
        if present:
            held: QuerySet[Campaign] = Campaign.objects.filter(Q(archived_at=None) | Q(pk=present.pk))
            self.queryset = held

    @property
    def has_any(self) -> bool:
        return self.queryset is not None and self.queryset.exists()


class CampaignForm(forms.ModelForm):
    class Meta:
        model = Campaign
        fields = ["name", "purpose", "purpose_words", "starts_on", "ends_on", "responsible_id", "note"]
        widgets = {  # noqa: RUF012  (Django's own)
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 4, "maxlength": 4_000}),
        }
        help_texts = {  # noqa: RUF012
            "purpose": _("Indicators are proposed by it."),
            "purpose_words": _("Only for another purpose."),
            "responsible_id": _("Is told by mail."),
            "ends_on": _("Empty: without an end."),
            "note": _("What it is for, for your own people."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(user.pk, user.name or user.email) for user in people.members()]
        self.fields["responsible_id"] = forms.TypedChoiceField(
            label=_("Responsible"),
            help_text=self.fields["responsible_id"].help_text,
            choices=[("", _("Nobody yet")), *known],
            coerce=int,
            empty_value=None,
            required=False,
        )
        purpose = self.fields["purpose"]
        assert isinstance(purpose, forms.ChoiceField)  # noqa: S101  (the model's has choices)
        purpose.choices = [("", _("Not said yet")), *Campaign.Purpose.choices]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the commands on campaigns take it."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class BelongingForm(forms.Form):
    """To which campaign a thing belongs."""

    campaign = CampaignField(label=_("Campaign"), required=False, empty_label=_("None"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, present: Campaign | None) -> None:
        super().__init__(data, initial={"campaign": present})
        campaign = self.fields["campaign"]
        assert isinstance(campaign, CampaignField)  # noqa: S101  (it stands above)
        campaign.keep(present)
