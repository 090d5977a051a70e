"""Times that programs send: always with their offset, so that nobody has to guess whose clock is meant."""

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


def read_moment(value: object) -> datetime:
    """The time that an ISO 8601 text with its offset names. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError(value)
    try:
        moment.astimezone(UTC)
    except OverflowError as error:  # in UTC it is in no year from 1 to 9999
        raise ValueError(value) from error
    return moment


class MomentField(serializers.DateTimeField):
    """A time with its offset; one without is refused, where Django would take it for Tokyo's."""

    default_error_messages = {"invalid": _("Give a time with its offset, such as 2026-11-20T14:05:00+09:00.")}

    def to_internal_value(self, value: object) -> datetime:
        try:
            moment = read_moment(value)
        except ValueError:
            self.fail("invalid")
        return self.enforce_timezone(moment)
