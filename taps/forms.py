from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from friends.models import FriendField, Tag
from taps.models import TapAction


class TapActionForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("For your own lists; friends do not see it.")
    )
    tags_put = forms.ModelMultipleChoiceField(
        label=_("Tags to put on"),
        queryset=Tag.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tags_taken = forms.ModelMultipleChoiceField(
        label=_("Tags to take off"),
        queryset=Tag.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field = forms.ModelChoiceField(
        label=_("Field to fill in"),
        queryset=FriendField.objects.none(),
        required=False,
        empty_label=_("None"),
    )
    value = forms.CharField(
        label=_("With the value"),
        max_length=500,
        required=False,
        help_text=_("Empty: the field is emptied."),
    )
    broadcasts = forms.ChoiceField(
        label=_("Broadcasts to the friend"),
        choices=TapAction.Broadcasts.choices,
        required=False,
        help_text=_("Who has stopped them stays a friend, and gets greetings, answers and chats as before."),
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sent at once by the free reply token; it uses up no message of the month."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields["field"]
        fields.queryset = FriendField.objects.in_use()

    @staticmethod
    def of(action: TapAction) -> dict[str, object]:
        """What stands in the form of a saved one."""
        kept = {name: getattr(action, name) for name in ("name", "field", "value", "broadcasts", "answer")}
        return kept | {"tags_put": action.tags_put.all(), "tags_taken": action.tags_taken.all()}
