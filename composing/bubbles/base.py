"""What every kind of bubble is: the fields of one message, read back into a LINE message object."""

import json
from typing import ClassVar

from django import forms
from django.utils.functional import Promise


class JsonField(forms.JSONField):
    """JSON as people read it, indented."""

    widget = forms.Textarea(attrs={"rows": 12, "class": "code", "spellcheck": "false"})

    def prepare_value(self, value: object) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


class BubbleForm(forms.Form):
    """One message. `new` is what a fresh one says."""

    type: ClassVar[str]
    label: ClassVar[str | Promise]
    new: ClassVar[dict] = {}

    @classmethod
    def can_show(cls, message: dict) -> bool:
        """Whether the fields can say all that this message says."""
        return message.get("type") == cls.type and message.keys() - {"type"} <= cls.base_fields.keys()

    @classmethod
    def values_of(cls, message: dict) -> dict:
        """What stands in the fields for this message."""
        return {name: value for name, value in message.items() if name != "type"}

    @property
    def blank(self) -> "BubbleForm":
        """The same fields without complaints, for while it is being written."""
        values = {name: self.data.get(self.add_prefix(name), "") for name in self.base_fields}
        return type(self)(initial=values, prefix=self.prefix)

    def message(self) -> dict:
        """The LINE message object that a valid form says."""
        return {"type": self.type} | self.cleaned_data
