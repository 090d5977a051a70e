from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        from accounts import board
        from broadcasts.checking import own_pages
        from campaigns import members
        from composing import variables
        from composing.actions import taps
        from customers import erasing, merging
        from events import registry
        from friends import personal, replies
        from imports import kinds
        from surveys import belonging, happenings, leaves, tasks, uses  # noqa: F401  (some register as they load)
        from surveys.chat import composers, hearing
        from surveys.incoming import kinds as incoming
        from surveys.models import Survey
        from surveys.page.views import PAGE
        from surveys.results import counting
        from taps import starts

        board.register(counting.WORK, lambda: tasks.count_words)
        kinds.register_family(incoming.find)
        registry.register(happenings.ANSWERED)
        registry.register_names("survey", happenings.names)
        members.register("survey", belonging.described)
        merging.register(belonging.MERGED)
        erasing.register(belonging.erase)
        personal.register(PAGE, "s", belonging.titles)
        own_pages.register_period(PAGE, Survey)
        variables.register(personal.variables(PAGE, belonging.addressed))
        taps.register(belonging.buttons)
        starts.register(belonging.begun_by)
        replies.register(hearing.ASK, composers.questions)
        replies.register(hearing.DOOR, composers.doors)
        replies.listen(hearing.waits_for)
