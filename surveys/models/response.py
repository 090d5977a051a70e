"""Who takes part in a survey, and what they answered, so that totals are plain SQL."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.models.survey import Survey, SurveyVersion


class ResponseQuerySet(models.QuerySet["Response"]):
    def finished(self) -> Self:
        return self.filter(state=Response.State.FINISHED)

    def under_way(self) -> Self:
        """Those that can still be answered."""
        return self.filter(state=Response.State.OPEN)


class Response(models.Model):
    """One friend's part in a survey, from opening it to the end. They keep the version they began with.

    `opened_at` is when the first question was shown, `started_at` when the first was answered; `question` is
    where they stand, and "" once there is none left. `round` counts where a friend may take part again.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Still answering")
        FINISHED = "finished", _("Answered to the end")
        STOPPED = "stopped", _("Broken off")

    class Channel(models.TextChoices):
        CHAT = "chat", _("Chat")
        PAGE = "page", _("Page")
        IMPORT = "import", _("Imported")

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="responses", verbose_name=_("survey")
    )
    version = models.ForeignKey(
        SurveyVersion, on_delete=models.PROTECT, related_name="responses", verbose_name=_("version")
    )
    friend = models.ForeignKey(
        "friends.Friend",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="survey_responses",
        verbose_name=_("friend"),
    )
    customer_id = models.IntegerField(_("customer"), null=True, blank=True)  # no key: they may be merged
    round = models.PositiveIntegerField(_("which time"), default=1, db_default=1)
    channel = models.CharField(_("where"), max_length=6, choices=Channel)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    question = models.CharField(_("stands at"), max_length=20, blank=True)
    opened_at = models.DateTimeField(_("opened"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    key = models.CharField(max_length=100, blank=True, editable=False)  # of an import: again, it is the same
    asked_at = models.DateTimeField(null=True, editable=False)  # in the chat
    pending = models.JSONField(default=dict, editable=False)  # what is chosen in the chat and not done yet
    reward_words = models.CharField(_("incentive"), max_length=200, blank=True, editable=False)
    reward_address = models.CharField(max_length=500, blank=True, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        default_permissions = ("view", "change")
        permissions = [
            ("export_response", _("Can export answers of friends")),
            ("import_response", _("Can import answers")),
        ]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="surveyresponse_round",
                fields=["survey", "friend", "round"],
                condition=Q(friend__isnull=False),
            ),
            models.UniqueConstraint(
                name="surveyresponse_one_at_a_time",
                fields=["survey", "friend"],
                condition=Q(state="open", friend__isnull=False),
            ),
            models.UniqueConstraint(
                name="surveyresponse_key", fields=["survey", "key"], condition=~Q(key="")
            ),
            models.CheckConstraint(
                name="surveyresponse_finished",
                condition=Q(state="finished", finished_at__isnull=False)
                | ~Q(state="finished") & Q(finished_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["survey", "state", "id"], name="surveyresponse_state"),
            models.Index(fields=["survey", "opened_at"], name="surveyresponse_opened"),
            models.Index(fields=["friend", "changed_at"], name="surveyresponse_friend"),
            models.Index(
                fields=["customer_id"],
                name="surveyresponse_customer",
                condition=Q(customer_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.pk}"


class Answer(models.Model):
    """What was answered to one question.

    `options` are ids of options or, of a prefecture, its name in Japanese; `number` is of a scale; `text` is
    what was written, also beside the option “other”; of a date `date`. A question that was passed over has a
    row with nothing in it.
    """

    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="answers", verbose_name=_("response")
    )
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+", verbose_name=_("survey"))
    question = models.CharField(_("question"), max_length=20)
    options = ArrayField(models.CharField(max_length=20), null=True, verbose_name=_("options"))
    number = models.IntegerField(_("number on the scale"), null=True)
    text = models.TextField(_("text"), blank=True, default="", db_default="")
    date = models.DateField(_("date"), null=True)
    answered_at = models.DateTimeField(_("answered at"), db_default=Now())

    class Meta:
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to a survey")
        default_permissions = ("view",)
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="surveyanswer_once", fields=["response", "question"])]
        indexes = [models.Index(fields=["survey", "question"], name="surveyanswer_question")]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.question}"
