from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from segments.lists.pasting import Means
from segments.models import FriendList

LONGEST_PASTE = 6_000_000  # 100,000 LINE user IDs with their line ends, and room to spare


class ListForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class KeepForm(forms.Form):
    name = forms.CharField(label=_("Name of the list"), max_length=100)


class PasteForm(forms.Form):
    ids = forms.CharField(
        label=_("IDs, one to a line"),
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
        help_text=_("LINE user IDs, or the numbers chosen below; up to 100,000 at once."),
    )
    means = forms.ChoiceField(
        label=_("Other numbers are"),
        choices=[
            (Means.CUSTOMER, _("Customer numbers (the friend linked at present)")),
            (Means.FRIEND, _("Numbers of friends here")),
        ],
    )


class MoveForm(forms.Form):
    """Where the chosen friends of a list go."""

    into = forms.ModelChoiceField(
        label=_("Move to"), queryset=FriendList.objects.none(), empty_label=_("To which list?")
    )

    def __init__(self, *args: Any, origin: FriendList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = FriendList.objects.exclude(pk=origin.pk).order_by("name")  # type: ignore[attr-defined]

    @property
    def has_choices(self) -> bool:
        return self.fields["into"].queryset.exists()  # type: ignore[attr-defined]
