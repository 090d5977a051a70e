"""Which saved replies say something, so that what they lead to is not taken away under them."""

from django.utils.translation import gettext_lazy as _

from chats.models import SavedReply
from composing.uses import Use, holding, register


@register
def that_say(pattern: str) -> list[Use]:
    rows = holding(SavedReply.objects.all(), pattern, "text")
    return [Use(_("Saved reply"), each.title, "saved_reply", each.pk) for each in rows]
