from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScenariosConfig(AppConfig):
    name = "scenarios"
    verbose_name = _("Scenarios")

    def ready(self) -> None:
        from accounts import board
        from billing import quota
        from billing.budgeting import sources as budgets
        from billing.reconciling import facts as day_counts
        from broadcasts.results import units
        from broadcasts.status import balance
        from campaigns import members
        from chats import sources
        from customers import merging
        from imports import kinds as imports
        from scenarios import belonging, manners, offering, parts, talks, tasks, uses  # noqa: F401  (register)
        from scenarios.acts import errands
        from scenarios.engine import room
        from scenarios.mails import consents, kinds, queueing
        from scenarios.notices import parts as notices  # noqa: F401  (registers)
        from scenarios.notices import work
        from scenarios.results import balance as natures
        from scenarios.results import insight
        from scenarios.texts import units as step_units
        from scenarios.work import KIND

        board.register(KIND, lambda: tasks.lead_on)
        board.register(room.RELEASE, lambda: tasks.try_again)
        board.register(errands.ERRANDS, lambda: tasks.do_errands)
        board.register(errands.WEBHOOKS, lambda: tasks.tell_programs)
        board.register(queueing.KIND, lambda: tasks.send_mails)
        board.register(work.KIND, lambda: tasks.send_notices)
        board.register(insight.KIND, lambda: tasks.copy_insight)
        board.register(work.COUNTS, lambda: tasks.count_notices)
        merging.register(consents.PART)
        imports.register(kinds.MailConsentsKind())
        units.register(step_units.used)
        balance.register(natures.sent)
        sources.register(talks.sent_to)
        members.register("scenario", belonging.described)
        budgets.register_to_come(room.to_come)
        budgets.register_loosened(room.call)
        quota.register_committed(room.committed)
        day_counts.register_unsettled(room.unsettled)
