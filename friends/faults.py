"""What can be wrong with a value or a row of a file: a code where it is found, words where it is read."""

from django.utils.translation import gettext as _

from friends import kinds
from friends.models import Friend, Tag


def words(code: str, column: str = "") -> str:
    """Said to somebody, in their language. `column` is the field or column meant."""
    said = {"column": column, "name": Friend.NAME_LENGTH, "tag": Tag.NAME_LENGTH, "text": kinds.LONGEST}
    return _texts()[code] % said


def _texts() -> dict[str, str]:
    return {
        "no_user_id": _("The LINE user ID is missing."),
        "bad_user_id": _("This is no LINE user ID: it is “U” and 32 of 0–9 and a–f."),
        "repeated": _("This LINE user ID stands in an earlier line."),
        "long_name": _("The name is longer than %(name)s characters."),
        "unreadable": _("The row has characters that cannot be read."),
        "bad_tag": _("A tag needs a name of 1 to %(tag)s characters without “|” or “;”."),
        "too_long": _("%(column)s is longer than %(text)s characters."),
        "not_number": _("%(column)s is not a number of at most 14 digits and 6 decimals."),
        "not_date": _("%(column)s is not a date such as 1990-04-30."),
        "not_moment": _("%(column)s is not a time such as 2026-11-20 14:05."),
        "not_yes_no": _("%(column)s is neither yes nor no."),
        "not_choice": _("%(column)s is none of the choices."),
        "not_prefecture": _("%(column)s is not a prefecture such as 東京都."),
    }
