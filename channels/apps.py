from datetime import UTC, datetime

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "channels"
    verbose_name = _("Channels")

    def ready(self) -> None:
        from accounts import board
        from channels import tasks
        from channels.event_log import REPLAY
        from channels.inbox import KIND
        from channels.models import DAY_COUNTS, HEALTH, QUOTA, ROTATION
        from channels.token_store import RedisStore
        from line import tokens

        tokens.share(RedisStore(settings.REDIS_URL, settings.SECRET_KEY))
        board.register(KIND, lambda: tasks.process_inbox)
        board.register(REPLAY, lambda: tasks.replay_events)
        board.register(QUOTA, lambda: tasks.refresh_quota)
        board.register(DAY_COUNTS, lambda: tasks.read_day_counts)
        board.register(HEALTH, lambda: tasks.check_health)
        board.register(ROTATION, lambda: tasks.finish_rotation)
        post_migrate.connect(_make_days_ahead, sender=self)


def _make_days_ahead(**_kwargs: object) -> None:
    """So that the first webhook after an installation finds its day."""
    from channels import partitions

    partitions.maintain(datetime.now(UTC).date())
