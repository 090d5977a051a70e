"""The form of a test send."""

from django import forms
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast, Tester
from broadcasts.testing import testers


class TesterField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, tester: Tester) -> str:
        return f"{tester.friend} · {tester.note}" if tester.note else str(tester.friend)


class TestForm(forms.Form):
    """To whom, and which of the texts of an A/B test."""

    __test__ = False  # pytest, this is no test

    letter = forms.ChoiceField(label=_("Which text"), required=False)
    testers = TesterField(
        label=_("Testers"),
        queryset=Tester.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one tester.")},
    )

    def __init__(self, *args, broadcast: Broadcast, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        variants = broadcast.variants.exclude(letter="A")  # which the broadcast itself says
        self._texts = {"": broadcast.messages, **dict(variants.values_list("letter", "messages"))}
        self.fields["testers"].queryset = testers.ready()  # type: ignore[attr-defined]
        first = _("Text A") if len(self._texts) > 1 else _("The message")
        others = [(letter, _("Text %(letter)s") % {"letter": letter}) for letter in self._texts if letter]
        self.fields["letter"].choices = [("", first), *others]  # type: ignore[attr-defined]

    @property
    def has_texts(self) -> bool:
        """Whether there is anything to choose from."""
        return len(self._texts) > 1

    @property
    def messages(self) -> list[dict]:
        """What is to be sent, of a valid form."""
        return self._texts[self.cleaned_data["letter"]]
