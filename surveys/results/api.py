"""Endpoints: totals of a survey, cross tables, words of free answers, all answers as a file."""

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import check_reach
from accounts.spreadsheets import ENCODINGS, UTF8
from segments.models import Segment
from surveys.models import CountedWord, Survey
from surveys.models import Response as SurveyResponse
from surveys.results import asked, counting, crossing, exports, sides
from surveys.results.errors import NoSuchQuestion, NothingToCross
from surveys.results.narrowing import Narrowing
from surveys.results.views import totals
from surveys.results.views.files import streamed

MOST_WORDS = 500


class NarrowingQuery(serializers.Serializer):
    """Whose answers are counted; days are the client's, of when the survey was opened."""

    segment = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, help_text="Number of a segment"
    )
    first = serializers.DateField(required=False, validators=[check_reach])
    last = serializers.DateField(required=False, validators=[check_reach])
    channel = serializers.ChoiceField(SurveyResponse.Channel.choices, required=False)
    finished = serializers.BooleanField(required=False, default=False, help_text="Only who finished")

    def of(self, survey: Survey) -> Narrowing:
        self.is_valid(raise_exception=True)
        told = dict(self.validated_data)
        is_finished_only = told.pop("finished")
        for name in ("row", "column", "kind", "most", "encoding", "codes"):
            told.pop(name, None)
        return Narrowing(survey, **told, is_finished_only=is_finished_only)


class CrossQuery(NarrowingQuery):
    SIDE = "question:q1, group:q2, field:3, customer:6, tag:4, segment:5, linked or rfm"

    row = serializers.CharField(max_length=60, help_text=SIDE)
    column = serializers.CharField(max_length=60, help_text=SIDE)


class WordsQuery(NarrowingQuery):
    kind = serializers.ChoiceField(CountedWord.Kind.choices, required=False)
    most = serializers.IntegerField(min_value=1, max_value=MOST_WORDS, required=False, default=100)


class AnswersFileQuery(NarrowingQuery):
    encoding = serializers.ChoiceField(list(ENCODINGS), required=False, default=UTF8)
    codes = serializers.BooleanField(required=False, default=False, help_text="Ids in place of words")


class SurveyLineSerializer(serializers.Serializer):
    """One answer. Shares are from 0 to 1; the range is Wilson's, with a certainty of 95 %."""

    key = serializers.CharField(help_text="Id of the option, the number, the prefecture or the month")
    words = serializers.CharField()
    count = serializers.IntegerField()
    range = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class SurveyMeanSerializer(serializers.Serializer):
    mean = serializers.FloatField()
    median = serializers.FloatField()
    reach = serializers.FloatField(allow_null=True, help_text="How far the mean may lie off, at 95 %")
    nps = serializers.IntegerField(allow_null=True, help_text="Of scales from 0 to 10")


class SurveyTotalSerializer(serializers.Serializer):
    question = serializers.CharField(source="asked.id")
    title = serializers.CharField(source="asked.title")
    type = serializers.CharField(source="asked.question.type")
    is_current = serializers.BooleanField(source="asked.is_current", help_text="false: asked no more")
    headline = serializers.CharField(help_text="What it found out, in a few words")
    asked = serializers.IntegerField(source="shown", help_text="People who had it before them")
    answered = serializers.IntegerField()
    answers = SurveyLineSerializer(source="lines", many=True)
    mean = SurveyMeanSerializer(allow_null=True)


class SurveyStepSerializer(serializers.Serializer):
    question = serializers.CharField(help_text="Empty: no question, but opened, begun or finished")
    words = serializers.CharField()
    people = serializers.IntegerField()
    lost = serializers.IntegerField(help_text="Who went no further so far")


class SurveyTotalsSerializer(serializers.Serializer):
    opened = serializers.IntegerField(source="funnel.opened")
    started = serializers.IntegerField(source="funnel.started")
    finished = serializers.IntegerField(source="funnel.finished")
    steps = SurveyStepSerializer(source="funnel.steps", many=True)
    totals = SurveyTotalSerializer(many=True)


class SurveyCellSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    of_row = serializers.FloatField()
    of_column = serializers.FloatField()
    sign = serializers.IntegerField(help_text="1: more than chance explains, -1: fewer, 0: neither")
    residual = serializers.FloatField(allow_null=True, help_text="Adjusted and standardized")


class CrossedSideSerializer(serializers.Serializer):
    key = serializers.CharField()
    words = serializers.CharField()
    people = serializers.IntegerField()


class AssociationSerializer(serializers.Serializer):
    p = serializers.FloatField()
    statistic = serializers.FloatField(help_text="Chi-square")
    freedom = serializers.IntegerField()
    strength = serializers.FloatField(help_text="Cramér's V")
    is_exact = serializers.BooleanField(help_text="p is Fisher's")
    is_thin = serializers.BooleanField(help_text="Fewer than 5 are expected in some cells")


class TestedAnswerSerializer(serializers.Serializer):
    words = serializers.CharField()
    p = serializers.FloatField(help_text="Counts that several were asked (Holm)")
    is_clear = serializers.BooleanField()


class CrossedSerializer(serializers.Serializer):
    people = serializers.IntegerField(source="table.people", help_text="Who have something on both sides")
    rows = CrossedSideSerializer(many=True)
    columns = CrossedSideSerializer(many=True)
    cells = serializers.ListField(child=SurveyCellSerializer(many=True), help_text="Row by row")
    association = AssociationSerializer(
        allow_null=True, help_text="Of the whole table; null where several answers may be given"
    )
    tested = TestedAnswerSerializer(many=True, help_text="Each answer by itself, where several may be given")
    verdict = serializers.CharField()


class FoundWordSerializer(serializers.Serializer):
    word = serializers.CharField()
    kind = serializers.ChoiceField(CountedWord.Kind.choices)
    count = serializers.IntegerField(help_text="Answers that have it")


class SurveyWordsSerializer(serializers.Serializer):
    counted_at = serializers.DateTimeField(allow_null=True, help_text="null: they are being counted")
    is_counting = serializers.BooleanField(help_text="Whether a newer count is under way")
    answers = serializers.IntegerField()
    words = FoundWordSerializer(many=True)


class SurveyResultViewSet(GenericViewSet):
    """What came of a survey."""

    request: ApiRequest
    queryset = Survey.objects.all()
    serializer_class = SurveyTotalsSerializer
    pagination_class = None
    permission_required: ClassVar[dict[str, str]] = {
        "words": "surveys.view_answer",
        "answers": "surveys.export_response",
    }

    @extend_schema(parameters=[NarrowingQuery], responses=SurveyTotalsSerializer)
    def totals(self, request: ApiRequest, pk: int) -> Response:
        """How often each answer was given, question by question, and how far people came."""
        which = self._narrowing(NarrowingQuery)
        return Response(SurveyTotalsSerializer(totals.found(which)).data)

    @extend_schema(parameters=[CrossQuery], responses=CrossedSerializer)
    def cross(self, request: ApiRequest, pk: int) -> Response:
        """One thing against another, with what may be said of it."""
        which, query = self._narrowing(CrossQuery), request.query_params
        below, beside = (sides.of(which.survey, query[name]) for name in ("row", "column"))
        if below is None or beside is None or below.code == beside.code:
            raise NothingToCross
        return Response(CrossedSerializer(_crossed(crossing.cross(which, below, beside))).data)

    @extend_schema(parameters=[WordsQuery], responses=SurveyWordsSerializer)
    def words(self, request: ApiRequest, pk: int, question: str) -> Response:
        """Words of the free answers to a question, as a job counted them; it is begun if it must be."""
        which = self._narrowing(WordsQuery)
        each = asked.one(which.survey, question)
        if each is None or not each.has_texts:
            raise NoSuchQuestion
        query = WordsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        report, told = counting.report_of(which.survey, each.id), query.validated_data
        body = {
            "counted_at": report.counted_at,
            "is_counting": counting.is_wanted(report),
            "answers": report.answer_count,
            "words": counting.most_frequent(report, which, told.get("kind", ""), told["most"]),
        }
        return Response(SurveyWordsSerializer(body).data)

    @extend_schema(parameters=[AnswersFileQuery], responses={(200, "text/csv"): OpenApiTypes.STR})
    def answers(self, request: ApiRequest, pk: int) -> StreamingHttpResponse:
        """All answers as CSV: a row for each response, a column for each question."""
        which = self._narrowing(AnswersFileQuery)
        query = AnswersFileQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        told = query.validated_data
        export = exports.begin(which, encoding=told["encoding"], in_codes=told["codes"], by=request.user)
        return streamed(export, f"survey-{which.survey.pk}-answers")

    def _narrowing(self, query: type[NarrowingQuery]) -> Narrowing:
        return query(data=self.request.query_params).of(self.get_object())


def _crossed(found: crossing.Crossed) -> dict[str, Any]:
    def side(named: Any, people: Any) -> list[dict[str, Any]]:
        return [
            {"key": key, "words": words, "people": count}
            for (key, words), count in zip(named, people, strict=True)
        ]

    return {
        "table": {"people": found.table.people},
        "rows": side(found.rows, found.table.rows),
        "columns": side(found.columns, found.table.columns),
        "cells": [cells for _words, _people, cells in found.lines],
        "association": found.association,
        "tested": found.tested,
        "verdict": found.verdict,
    }
