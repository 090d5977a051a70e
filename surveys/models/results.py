"""What is kept of results: winners that were drawn, and words that were counted."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from surveys.models.response import Response
from surveys.models.survey import Survey


class WinnerDraw(models.Model):
    """A drawing of winners among those who finished a survey: announced with its seal, then drawn, for good.

    `seal` is SHA-256 of `seed`. Whoever knows the seed and the entrants finds the same winners again
    (`surveys/results/drawing.py`).
    """

    NAME_LENGTH = 100

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="winner_draws", verbose_name=_("survey"))
    name = models.CharField(_("what is won"), max_length=NAME_LENGTH)
    winner_count = models.PositiveIntegerField(_("how many winners"))
    may_win_again = models.BooleanField(_("also who has won already"), default=False)
    seed = models.CharField(max_length=64, editable=False)
    seal = models.CharField(_("seal"), max_length=64, editable=False)
    entrants_seal = models.CharField(_("seal of the entrants"), max_length=64, blank=True, editable=False)
    entrant_count = models.PositiveIntegerField(_("entrants"), null=True, editable=False)
    left_out_count = models.PositiveIntegerField(_("left out"), null=True, editable=False)
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("announced"), db_default=Now(), editable=False)
    drawn_by_id = models.IntegerField(null=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn"), null=True, editable=False)

    class Meta:
        verbose_name = _("drawing of winners")
        verbose_name_plural = _("drawings of winners")
        default_permissions = ("add", "view")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="winnerdraw_drawn_is_whole",
                condition=Q(drawn_at=None, entrant_count=None)
                | Q(drawn_at__isnull=False, entrant_count__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Winner(models.Model):
    """One who was drawn; the first is place 1. Never changed."""

    draw = models.ForeignKey(WinnerDraw, models.CASCADE, related_name="winners", verbose_name=_("drawing"))
    response = models.ForeignKey(Response, models.CASCADE, related_name="+", verbose_name=_("response"))
    place = models.PositiveIntegerField(_("place"))

    class Meta:
        verbose_name = _("winner")
        verbose_name_plural = _("winners")
        default_permissions = ("view",)
        ordering = ["draw", "place"]
        constraints = [
            models.UniqueConstraint(name="winner_place", fields=["draw", "place"]),
            models.UniqueConstraint(name="winner_once", fields=["draw", "response"]),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.place}"


class WordReport(models.Model):
    """Words of the free answers to one question, as a job last counted them.

    `wanted_at` is when somebody last asked for a new count; it is done once `counted_at` is later.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="word_reports", verbose_name=_("survey"))
    question = models.CharField(_("question"), max_length=20)
    wanted_at = models.DateTimeField(db_default=Now())
    counted_at = models.DateTimeField(_("counted"), null=True)
    answer_count = models.PositiveIntegerField(_("answers"), default=0)
    last_answer_at = models.DateTimeField(null=True)  # of those counted

    class Meta:
        verbose_name = _("words of a question")
        verbose_name_plural = _("words of questions")
        default_permissions = ()
        ordering = ["survey", "question"]
        constraints = [models.UniqueConstraint(name="wordreport_question", fields=["survey", "question"])]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.question}"


class CountedWord(models.Model):
    """A word and the answers that have it: a roaring bitmap of their ids (64 bits, portable)."""

    class Kind(models.TextChoices):
        NOUN = "noun", _("Noun")
        VERB = "verb", _("Verb")
        ADJECTIVE = "adjective", _("Adjective")

    report = models.ForeignKey(WordReport, models.CASCADE, related_name="words", verbose_name=_("words"))
    word = models.CharField(_("word"), max_length=100, db_collation="C")
    kind = models.CharField(_("kind of word"), max_length=9, choices=Kind)
    count = models.PositiveIntegerField(_("answers"))
    answers = models.BinaryField()

    class Meta:
        verbose_name = _("counted word")
        verbose_name_plural = _("counted words")
        default_permissions = ()
        ordering = ["-count", "word"]
        constraints = [models.UniqueConstraint(name="countedword_once", fields=["report", "word", "kind"])]
        indexes = [models.Index(fields=["report", "-count"], name="countedword_most")]

    def __str__(self) -> str:
        return self.word
