from collections.abc import Callable

from django.apps import AppConfig
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LinkingConfig(AppConfig):
    name = "linking"
    verbose_name = _("ID links")

    def ready(self) -> None:
        from accounts import board
        from composing import variables as composed
        from customers import merging as customers_merging
        from events.registry import EventType, register
        from friends.replies import register as register_reply
        from friends.replies import reserve
        from imports.kinds import register as register_kind
        from linking import (  # noqa: F401  (some register as they are imported)
            after,
            attempts,
            erasing,
            kinds,
            life,
            mailed_codes,
            merging,
            models,
            receivers,
            replies,
            tasks,
            uses,
            variables,
        )

        composed.register(variables.SOURCE)
        board.register("link_expiry", lambda: tasks.expire_attempts)
        board.register(mailed_codes.KIND, lambda: tasks.mail_codes)
        board.register(after.DUTIES, lambda: tasks.do_duties)
        customers_merging.register(merging.PART)
        register_kind(kinds.LinksKind())
        register(
            EventType(
                "linked", _("Linked"), (("method", _("Method")),), {"method": _words(models.Link.Method)}
            ),
            EventType(
                "unlinked", _("Unlinked"), (("how", _("How it ended")),), {"how": _words(models.Link.Ended)}
            ),
            EventType("link_merged", _("Customers merged"), (("number", _("Customer number")),)),
        )
        reserve(attempts.LINK_WORD, attempts.UNLINK_WORD)
        register_reply("linking.invitations", replies.invitations)
        register_reply("linking.linked", replies.linked)
        register_reply("linking.unlinked", replies.unlinked)
        register_reply("linking.not_linked", replies.not_linked)


def _words(choices: type[TextChoices]) -> Callable[[object], object]:
    """What says a value by its label; what is none of the choices stays as it is."""
    labels = dict(choices.choices)
    return lambda value: labels.get(str(value), value)
