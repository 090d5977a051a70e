from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BroadcastsConfig(AppConfig):
    name = "broadcasts"
    verbose_name = _("Broadcasts")

    def ready(self) -> None:
        from accounts import board
        from billing import quota
        from billing.budgeting import sources as budgets
        from billing.reconciling import facts as day_counts
        from broadcasts import (
            belonging,
            leaves,  # noqa: F401
            ready,  # noqa: F401
            receivers,  # noqa: F401
            talks,
            tasks,
            uses,  # noqa: F401
            watching,
        )
        from broadcasts.approving import mails
        from broadcasts.choosing import waiting
        from broadcasts.results import insight, outcome
        from broadcasts.sending import committed, delivery, finishing, stopping
        from broadcasts.sending import quota as broadcast_quota
        from broadcasts.testing import sending as test_sending
        from broadcasts.timing import wishes
        from broadcasts.tracking import clicks, naming
        from campaigns import members
        from chats import sources
        from events.registry import EventType, register, register_names

        board.register(delivery.KIND, lambda: tasks.pump)
        board.register(finishing.BY_LINE, lambda: tasks.follow_platform_sends)
        board.register(wishes.KIND, lambda: tasks.advance_series)
        board.register(waiting.KIND, lambda: tasks.decide_split_tests)
        board.register(watching.KIND, lambda: tasks.tell_of_segments)
        board.register(insight.KIND, lambda: tasks.copy_insight)
        board.register(outcome.KIND, lambda: tasks.count_outcomes)
        board.register(mails.KIND, lambda: tasks.mail_of_approvals)
        board.register(test_sending.KIND, lambda: tasks.send_tests)
        board.register(stopping.KIND, lambda: tasks.let_stopped_sends_go)
        members.register("broadcast", belonging.described)
        budgets.register_to_come(broadcast_quota.to_come)
        budgets.register_loosened(stopping.call)
        quota.register_committed(committed.committed)
        day_counts.register_unsettled(committed.unsettled)
        sources.register(talks.sent_to)
        register_names("url", naming.titles)
        register(
            EventType(
                "clicked",
                _("Clicked a link"),
                (
                    ("url", _("Address")),
                    ("name", _("Broadcast or scenario")),
                    ("broadcast", _("Number of the broadcast")),
                    ("scenario", _("Number of the scenario")),
                    ("step", _("Step of the scenario")),
                    ("kind", _("Sent by")),
                    ("first", _("First click")),
                ),
                {"kind": clicks.kind_in_words, "first": clicks.first_in_words},
            )
        )
