"""Which templates say something, so that what they show is not deleted under them."""

from django.utils.translation import gettext_lazy as _

from composing.uses import Use, holding, register
from library.models import MessageTemplate


@register
def that_say(pattern: str) -> list[Use]:
    """A template by itself is sent to nobody."""
    rows = holding(MessageTemplate.objects.all(), pattern)
    return [Use(_("Message template"), each.name, "message_template", each.pk, is_over=True) for each in rows]
