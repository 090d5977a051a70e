"""JSON that people type in forms."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class TypedJsonField(forms.JSONField):
    """JSON as people read it, indented; what was typed stays as it was.

    What Python or the database cannot hold is refused in words: brackets without end, a number of thousands
    of digits, NaN, NUL, and half of a character (`\\ud800` to `\\udfff`).
    """

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
            written = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError) as error:
            raise ValidationError(_unfit(), code="invalid") from error
        if b"\\u0000" in written:
            raise ValidationError(_unfit(), code="invalid")
        return found

    def prepare_value(self, value: object) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)

    def bound_data(self, data: str, initial: object) -> str:
        return data


def _unfit() -> str:
    return _(
        "This cannot be kept: it has brackets without end, a number of too many digits, NaN, or half of a"
        " character."
    )
