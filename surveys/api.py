"""Endpoints: surveys, from draft to close; who took part and what they answered; answers in."""

from datetime import date
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response as Reply
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField, check_reach
from campaigns import services as campaigns
from campaigns.belonging import Belonging, CampaignField
from coupons.api_dependants import Dependent
from friends import personal
from friends.models import Friend
from segments.kinds import HIGHEST_ROW
from surveys import services
from surveys.answering import taking
from surveys.models import Answer, Response, Survey, SurveyVersion
from surveys.page.views import PAGE
from surveys.questions import Said, checking, read
from surveys.results.api_winners import Drawings

EXAMPLE = [
    {
        "id": "q1",
        "type": "single",
        "title": "お肌のお悩みは？",
        "required": True,
        "options": [{"id": "a", "words": "乾燥", "tag": 3}, {"id": "b", "words": "なし", "next": "end"}],
    },
    {"id": "q2", "type": "scale", "title": "おすすめ度は？", "low": 0, "high": 10},
]
QUESTIONS = {
    "type": "array",
    "items": {"type": "object"},
    "description": (
        "In the order in which they are asked. `type`: single, multiple, image, scale, text, date or "
        "prefecture. A question or an option of it leads on to a later question by `next`, or to `end`."
    ),
    "examples": [EXAMPLE],
}
REWARD = {"type": "object", "examples": [{"kind": "coupon", "coupon": 3}]}


@extend_schema_field(QUESTIONS)
class QuestionsField(serializers.ListField):
    """What is wrong in them the command says."""

    child = serializers.DictField()


@extend_schema_field(REWARD)
class SurveyRewardField(serializers.JSONField):
    """What who finishes is given. What is wrong in it the command says."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Give an object with a kind, or null.")
        return data


class SurveySerializer(serializers.ModelSerializer):
    questions = QuestionsField(required=False, help_text="As they are being written")
    starts_at = MomentField(required=False, allow_null=True, validators=[check_reach])
    ends_at = MomentField(required=False, allow_null=True, validators=[check_reach])
    reward = SurveyRewardField(required=False, allow_null=True)
    campaign = CampaignField()
    version = serializers.IntegerField(
        source="version.number", default=None, allow_null=True, read_only=True, help_text="Which is asked"
    )
    tap = serializers.SerializerMethodField(help_text="Data of a postback by which it begins in the chat")
    address = serializers.SerializerMethodField(help_text="To print: opens the survey in LINE")

    class Meta:
        model = Survey
        fields = [
            "id",
            "name",
            "purpose",
            "campaign",
            "status",
            "opening",
            "thanks",
            "starts_at",
            "ends_at",
            "is_once",
            "keyword",
            "reward",
            "reward_limit",
            "revision",
            "version",
            "tap",
            "address",
            "created_at",
            "changed_at",
            "published_at",
            "closed_at",
            "questions",
        ]
        read_only_fields = ["status", "revision", "created_at", "changed_at", "published_at", "closed_at"]
        extra_kwargs = {  # noqa: RUF012
            "name": {"validators": []},  # what is taken, the command says in words
            "revision": {"help_text": "Of the draft: to be sent along when it is changed or published"},
            "keyword": {"help_text": "Who writes exactly this is asked; empty: none"},
            "reward_limit": {"help_text": "So many get the incentive; null: everybody"},
        }

    def get_tap(self, survey: Survey) -> str:
        return f"tap:{survey.code}"

    def get_address(self, survey: Survey) -> str:
        return personal.door(PAGE, survey.pk)


class SurveyChangeSerializer(serializers.ModelSerializer):
    """What is left out stays as it is."""

    questions = QuestionsField(required=False)
    starts_at = MomentField(required=False, allow_null=True, validators=[check_reach])
    ends_at = MomentField(required=False, allow_null=True, validators=[check_reach])
    reward = SurveyRewardField(required=False, allow_null=True)
    campaign = CampaignField()
    revision = serializers.IntegerField(
        required=False, help_text="The revision you read: 409 if it is no longer the present one"
    )

    class Meta:
        model = Survey
        fields = [*sorted(services.SETTINGS), "campaign", "questions", "revision"]
        extra_kwargs = {"name": {"validators": [], "required": False}}  # noqa: RUF012


class SurveyFilter(serializers.Serializer):
    status = serializers.ChoiceField(Survey.Status.choices, required=False)
    name = serializers.CharField(required=False, max_length=100, help_text="A part of it")


class SurveyPublicationSerializer(serializers.Serializer):
    revision = serializers.IntegerField(help_text="The revision you read")


class SurveyVersionSerializer(serializers.ModelSerializer):
    questions = QuestionsField()

    class Meta:
        model = SurveyVersion
        fields = ["number", "published_at", "questions"]


class SurveyFaultSerializer(serializers.Serializer):
    """What keeps a survey from being published."""

    question = serializers.CharField(allow_blank=True, help_text="Its id; empty: the whole survey")
    words = serializers.CharField(help_text="For people, in the language of the request")


class SurveyAnswerSerializer(serializers.ModelSerializer):
    """An answer; with nothing in it, the question was passed over."""

    options = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, allow_null=True, max_length=100
    )
    number = serializers.IntegerField(required=False, allow_null=True, min_value=-100, max_value=100)
    text = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    date = serializers.DateField(required=False, allow_null=True)

    class Meta:
        model = Answer
        fields = ["question", "options", "number", "text", "date"]


class SurveyResponseSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", allow_null=True, help_text="Number of the friend")
    version = serializers.IntegerField(source="version.number", help_text="Which they were asked")
    answers = SurveyAnswerSerializer(many=True)

    class Meta:
        model = Response
        fields = [
            "id",
            "friend",
            "version",
            "round",
            "channel",
            "state",
            "question",
            "opened_at",
            "started_at",
            "finished_at",
            "reward_words",
            "answers",
        ]
        extra_kwargs = {  # noqa: RUF012
            "question": {"help_text": "Where they stand; empty: at the end"},
            "reward_words": {"help_text": "What they were given; empty: nothing"},
        }


class SurveyResponseFilter(serializers.Serializer):
    state = serializers.ChoiceField(Response.State.choices, required=False)
    friend = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)


class AnswersInSerializer(serializers.Serializer):
    """Answers that a friend gave elsewhere, in the order of the questions."""

    friend = serializers.PrimaryKeyRelatedField(queryset=Friend.objects.all(), help_text="Number of a friend")
    answers = SurveyAnswerSerializer(many=True, allow_empty=False)


class SurveyViewSet(Drawings, Dependent, ListModelMixin, RetrieveModelMixin, Belonging):
    """Questions to friends, answered in the chat or on a page. Newest first.

    They are written as a draft; publishing it has a version of it asked. A command that comes at the wrong
    time gets 409 `survey_wrong_status`.
    """

    request: ApiRequest
    queryset = Survey.objects.select_related("version").defer("version__questions")
    serializer_class = SurveySerializer
    filter_serializer = SurveyFilter
    page_kind = PAGE
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "checks": "surveys.view_survey",
        "publish": "surveys.publish_survey",
        "close": "surveys.publish_survey",
        "drawings": "surveys.view_winnerdraw",
        "announce": "surveys.add_winnerdraw",
        "draw": "surveys.add_winnerdraw",
        "winners": "surveys.view_winner",
    }

    def tap_of(self, thing: Survey) -> str:
        return thing.code

    def narrow(self, queryset, *, name: str = "", **equal: object):
        return queryset.filter(**({"name__icontains": name} if name else {}), **equal)

    @extend_schema(responses={201: SurveySerializer})
    @transaction.atomic
    def create(self, request: ApiRequest) -> Reply:
        """Write a new draft; without `questions` an empty one."""
        given = self.read(SurveySerializer)
        belongs = given.pop("campaign", None)
        made = services.create(**given, by=request.user)
        if belongs:
            campaigns.assign(made.ledger_owner, belongs, by=request.user)
        return self.shown(made, status=201)

    @extend_schema(request=SurveyChangeSerializer)
    @transaction.atomic
    def partial_update(self, request: ApiRequest, pk: int) -> Reply:
        """Change the draft's questions, or settings, which hold at once.

        With `questions` goes the `revision` you read: 409 `survey_changed` if somebody else was first.
        """
        survey = self.get_object()
        given = self.read(SurveyChangeSerializer)
        if "questions" in given:
            if "revision" not in given:
                words = _("Send the revision that you read along with the questions.")
                raise ValidationError({"revision": words})
            services.write(survey, given["questions"], revision=given["revision"], by=request.user)
        if settings := {name: given[name] for name in services.SETTINGS & given.keys()}:
            services.change(survey, **settings, by=request.user)
        if "campaign" in given:
            campaigns.assign(survey.ledger_owner, given["campaign"], by=request.user)
        return self.shown(self.get_object())

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Reply:
        """Delete one that nobody has begun to answer: else 409 `survey_has_answers`."""
        services.delete(self.get_object(), by=request.user)
        return Reply(status=204)

    @extend_schema(responses=SurveyFaultSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def checks(self, request: ApiRequest, pk: int) -> Reply:
        """What keeps the draft from being published."""
        found = checking.faults(read(self.get_object().questions))
        return Reply(SurveyFaultSerializer(found, many=True).data)

    @extend_schema(request=SurveyPublicationSerializer, responses={200: SurveyVersionSerializer})
    @action(detail=True, methods=["put"], url_path="publication")
    def publish(self, request: ApiRequest, pk: int) -> Reply:
        """Ask these questions from now on. 422 `survey_not_ready` says what must be mended first."""
        given = self.read(SurveyPublicationSerializer)
        return Reply(
            SurveyVersionSerializer(services.publish(self.get_object(), by=request.user, **given)).data
        )

    @extend_schema(request=None, responses={200: SurveySerializer})
    @publish.mapping.delete
    def close(self, request: ApiRequest, pk: int) -> Reply:
        """Take no more answers. Publishing it opens it again."""
        survey = self.get_object()
        services.close(survey, by=request.user)
        return self.shown(survey)


class SurveyResponseViewSet(ListModelMixin, GenericViewSet):
    """Who took part in a survey, with their answers. Newest first."""

    request: ApiRequest
    queryset = Response.objects.select_related("version").prefetch_related("answers")
    serializer_class = SurveyResponseSerializer
    filter_serializer = SurveyResponseFilter
    permission_required = {"create": "surveys.change_response"}  # noqa: RUF012

    def narrow(self, queryset, **equal: object):
        return queryset.filter(survey=self._survey(), **equal)

    @extend_schema(request=AnswersInSerializer, responses={201: SurveyResponseSerializer})
    @transaction.atomic
    def create(self, request: ApiRequest, pk: int) -> Reply:
        """Take in what a friend answered elsewhere; with the last answer of their way it is finished.

        All or nothing: 422 `survey_bad_answer` says what a question takes, 409 `survey_answered` that the
        friend has answered already.
        """
        survey = self._survey()
        body = AnswersInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        response = taking.begin(survey, given["friend"].pk, channel=Response.Channel.IMPORT)
        for each in given["answers"]:
            response = taking.answer(response, each["question"], _said(each))
        shown = self.get_queryset().get(pk=response.pk)
        return Reply(SurveyResponseSerializer(shown).data, status=201)

    def _survey(self) -> Survey:
        return get_object_or_404(Survey.objects.select_related("version"), pk=self.kwargs["pk"])


def _said(given: dict[str, Any]) -> Said:
    day: date | None = given.get("date")
    return Said(tuple(given.get("options") or ()), given.get("number"), given.get("text", ""), day)
