from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = _("Referrals")

    def ready(self) -> None:
        from accounts import board
        from broadcasts.checking import own_pages
        from campaigns import members
        from composing import variables
        from composing.actions import taps
        from customers import merging
        from events import registry
        from friends import personal, replies
        from referrals import belonging, chat, event_types, joining, leaves, tasks, uses  # noqa: F401
        from referrals.models import Programme
        from referrals.work import KIND
        from taps import starts

        board.register(KIND, lambda: tasks.run)
        merging.register(belonging.PART)
        registry.register(*event_types.TYPES)
        registry.register_names("programme", event_types.names)
        members.register("referral", belonging.described)
        personal.register(joining.PAGE, joining.PLACE, belonging.titles)
        own_pages.register_period(joining.PAGE, Programme)
        variables.register(personal.variables(joining.PAGE, belonging.addressed))
        taps.register(belonging.buttons)
        starts.register(belonging.begun_by)
        replies.register(chat.LINK, chat.links)
