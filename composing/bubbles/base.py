"""What every kind of bubble is: the fields of one message, read back into a LINE message object."""

from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.typed_json import TypedJsonField
from composing.fields import LineText, MediaAddress
from composing.parts import Part, Repeated, Values
from line.validation import limits, validate


class JsonField(TypedJsonField):
    widget = forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"})


class Sender(Part):
    """Another name and picture than the account's, for one message."""

    name = LineText(limits.SENDER, label=_("Sender’s name"), required=False)
    iconUrl = MediaAddress(shape="square", label=_("Sender’s picture (square PNG)"), required=False)  # noqa: N815  (LINE's word)


SENDER = Repeated(Sender, most=1, label=_("Sender of this bubble"), add=_("Another sender"))


class BubbleForm(Part):
    """One message, without its sender and quick replies: those are the same for all kinds.

    A kind declares what a `Part` does; its value is the message object, by the names `message()` and, for the
    page, `can_show(message)`. `icon` is the name of its icon, `new` what a fresh one says besides its type.
    """

    label: ClassVar[str | Promise]
    icon: ClassVar[str] = "broadcasts"
    folded: ClassVar[tuple[str, ...]] = ("sender",)

    @classmethod
    def all_parts(cls) -> dict[str, Repeated]:
        return cls.parts | {"sender": SENDER}

    @classmethod
    def is_kind_of(cls, message: dict) -> bool:
        """Whether `values_of` can read this message at all."""
        return message.get("type") == cls.type

    @classmethod
    def can_show(cls, message: dict) -> bool:
        """Whether the fields say exactly what this message says: nothing is lost by writing on in them."""
        if not cls.is_kind_of(message):
            return False
        if message == cls.fresh_message():
            return True
        if validate([message]):
            return False
        form = cls.of(cls.values_of(message), "b0")
        return form.is_valid() and form.message() == message

    @classmethod
    def can_show_sender(cls, sender: dict | None) -> bool:
        if sender is None:
            return True
        form = Sender.of(Sender.values_of(sender), "b0")
        return form.is_valid() and form.value() == sender

    @classmethod
    def fresh_message(cls) -> dict:
        return {"type": cls.type} | cls.new

    @classmethod
    def fresh(cls) -> Values:
        return cls.values_of(cls.fresh_message())

    def message(self) -> dict:
        """The LINE message object that the fields say; see `value()` for when it is called."""
        return {"type": self.type} | self.value()

    def whole(self) -> dict:
        """The message with its sender."""
        senders = self.said("sender") if "sender" in self.lists else []
        return self.message() | ({"sender": senders[0]} if senders and senders[0] else {})

    def sketch(self) -> dict:
        """What can be shown of the message while it is written."""
        self.fill_in()
        return self.whole()
