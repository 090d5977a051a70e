"""Times that programs send: always with their offset, so that nobody has to guess whose clock is meant."""

from datetime import UTC, date, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from rest_framework import serializers

FIRST_YEAR, LAST_YEAR = 2000, 2100


def check_reach(given: date) -> None:
    """A validator of days and times that people plan and ask about. Raises ValidationError.

    Where the calendar ends, the day before or after does not exist, nor the same moment in another time zone.
    """
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise ValidationError(gettext("Give a day from 2000 to 2100."))


def read_moment(value: object) -> datetime:
    """The time that an ISO 8601 text with its offset names. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError(value)
    try:
        year = moment.astimezone(UTC).year
    except OverflowError as error:  # in UTC it is in no year from 1 to 9999
        raise ValueError(value) from error
    if year in (1, 9999):  # so it may be in some client's time zone
        raise ValueError(value)
    return moment


class ReachField(forms.DateTimeField):
    """A time that people plan: on days that `check_reach` lets through."""

    default_validators = [check_reach]  # noqa: RUF012  (Django's own)


class MomentField(serializers.DateTimeField):
    """A time with its offset; one without is refused, where Django would take it for Tokyo's."""

    default_error_messages = {
        "invalid": gettext_lazy("Give a time with its offset, such as 2026-11-20T14:05:00+09:00.")
    }

    def to_internal_value(self, value: object) -> datetime:
        try:
            moment = read_moment(value)
        except ValueError:
            self.fail("invalid")
        return self.enforce_timezone(moment)
