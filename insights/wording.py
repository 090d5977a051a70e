"""Days and times in words."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEKDAYS = [
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
]


def wait(time: timedelta | None) -> str:
    """3 min, 5.2 h, 2.1 days."""
    if time is None:
        return ""
    minutes = time.total_seconds() / 60
    if minutes < 60:
        return _("%(count)s min") % {"count": f"{minutes:.0f}"}
    if minutes < 48 * 60:
        return _("%(count)s h") % {"count": f"{minutes / 60:.1f}"}
    return _("%(count)s days") % {"count": f"{minutes / 60 / 24:.1f}"}
