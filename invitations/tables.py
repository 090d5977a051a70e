"""The steps of entry points and invitations as a file that opens in Excel."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from invitations import words
from invitations.funnels import Key, Steps
from invitations.models import EntryPoint

BOM = "\ufeff"  # by which Excel knows UTF-8


def rows(found: dict[Key, Steps]) -> Iterator[list]:
    """Headings first; what is not known yet is empty."""
    yield [
        _("Entry point"),
        _("Code"),
        _("Invitation"),
        _("Views"),
        _("Starts"),
        _("Links made"),
        _("Links of 30 days ago and before"),
        _("Of those linked and friends after 30 days"),
    ]
    names = EntryPoint.objects.names()
    for (entry, variant), steps in sorted(found.items()):
        name = names.get(entry, entry) or str(words.OTHER)
        stayed = steps.stayed if steps.over else ""
        numbers = [steps.views or "", steps.starts, steps.completions, steps.over, stayed]
        yield [_safe(name), _safe(entry), variant, *numbers]


def _safe(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
