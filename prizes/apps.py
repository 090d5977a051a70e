from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrizesConfig(AppConfig):
    name = "prizes"
    verbose_name = _("Lotteries and point campaigns")

    def ready(self) -> None:
        from accounts import board
        from broadcasts.checking import own_pages
        from campaigns import members
        from composing import variables
        from composing.actions import taps
        from coupons import rewards
        from events import registry
        from friends import personal, replies
        from prizes import belonging, erasing, event_types, leaves, offers, reward, tasks, uses  # noqa: F401
        from prizes.models import Lottery, PointCampaign
        from prizes.points import chat
        from prizes.work import KIND
        from taps import starts

        personal.register(reward.LOTTERY, "p/draw", offers.titles_of_lotteries)
        personal.register(reward.POINTS, "p/points", offers.titles_of_point_campaigns)
        own_pages.register_period(reward.LOTTERY, Lottery)
        own_pages.register_period(reward.POINTS, PointCampaign)
        variables.register(personal.variables(reward.LOTTERY, offers.lotteries))
        variables.register(personal.variables(reward.POINTS, offers.point_campaigns))
        rewards.register(reward.TURN)
        rewards.register(reward.ENTRY)
        registry.register(*event_types.TYPES)
        registry.register_names("lottery", event_types.lotteries)
        registry.register_names("point_campaign", event_types.campaigns)
        members.register("lottery", belonging.lotteries)
        members.register("points", belonging.point_campaigns)
        taps.register(chat.buttons)
        starts.register(chat.begun_by)
        replies.register(chat.ENTERED, chat.answers)
        board.register(KIND, lambda: tasks.run)
