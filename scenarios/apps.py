from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScenariosConfig(AppConfig):
    name = "scenarios"
    verbose_name = _("Scenarios")

    def ready(self) -> None:
        from accounts import board
        from campaigns import members
        from customers import merging
        from scenarios import acts, belonging, mails, manners, tasks  # noqa: F401  (some register)
        from scenarios.acts import errands
        from scenarios.mails import consents, queueing
        from scenarios.work import KIND

        board.register(KIND, lambda: tasks.lead_on)
        board.register(errands.ERRANDS, lambda: tasks.do_errands)
        board.register(errands.WEBHOOKS, lambda: tasks.tell_programs)
        board.register(queueing.KIND, lambda: tasks.send_mails)
        merging.register(consents.PART)
        members.register("scenario", belonging.described)
