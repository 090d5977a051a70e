"""Endpoints: who has said what of a broadcast, its versions, and the rules of approval."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import current
from accounts.http import ApiRequest
from broadcasts import services
from broadcasts.api.serializers import ReviewSerializer
from broadcasts.approving import acts, comments, comparing, rules, turns, versions
from broadcasts.models import ApprovalRules, Broadcast, Comment, Review, Stage, Version
from contracts import sight
from contracts.fields import TypedLimitField
from contracts.sight import Sight

BROADCASTS = Broadcast.objects.select_related("segment").defer("audience", "body")


class SaidSerializer(serializers.ModelSerializer):
    """What somebody said of one version."""

    class Meta:
        model = Review
        fields = ["stage", "version", "verdict", "comment", "holds", "at"]
        extra_kwargs = {"holds": {"help_text": "Whether it still counts: a change withdraws it"}}


class ApprovalSerializer(serializers.Serializer):
    """Whose word is wanted, and what was said so far, newest first."""

    status = serializers.ChoiceField(Broadcast.Status.choices)
    version = serializers.IntegerField()
    wanted = serializers.ChoiceField(Stage.choices, allow_null=True, help_text="null: nobody is asked")
    late_at = serializers.DateTimeField(allow_null=True, help_text="When an answer is wanted by")
    lacks_second = serializers.BooleanField(
        help_text="It has grown since: `POST …/submission/` asks for the second approval"
    )
    reviews = SaidSerializer(many=True)


class CommentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Comment
        fields = ["id", "version", "bubble", "answers", "text", "at", "settled_at"]
        read_only_fields = ["version", "at", "settled_at"]
        extra_kwargs = {
            "bubble": {"min_value": 1, "max_value": 5, "help_text": "From 1; null: the whole message"},
            "answers": {"help_text": "The comment that it answers", "required": False},
            "text": {"max_length": 2_000},
        }


class VersionSerializer(serializers.ModelSerializer):
    content = serializers.SerializerMethodField(help_text="What was written of it in this version, by field")

    class Meta:
        model = Version
        fields = ["number", "at", "content"]

    def get_content(self, version: Version) -> dict[str, Any]:
        return versions.as_seen(version.content, _seen(self.context["request"]))


class ChangesQuery(serializers.Serializer):
    after = serializers.IntegerField(required=False, help_text="Number of a version; else the present one")
    before = serializers.IntegerField(
        required=False, help_text="Number of an older one; else what was approved last, or the one before"
    )


class PieceSerializer(serializers.Serializer):
    kind = serializers.ChoiceField([("same", "same"), ("was", "was"), ("is", "is")])
    text = serializers.CharField(trim_whitespace=False)


class FieldChangeSerializer(serializers.Serializer):
    name = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class BubbleChangeSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    letter = serializers.CharField(help_text="Of an A/B test; empty: the message itself")
    is_same = serializers.BooleanField()
    texts = serializers.ListField(child=PieceSerializer(many=True), help_text="Those that differ, in pieces")


class ChangesSerializer(serializers.Serializer):
    """What is different between two versions, in words."""

    fields_changed = FieldChangeSerializer(source="fields", many=True)
    bubbles = BubbleChangeSerializer(many=True)


class RulesSerializer(serializers.ModelSerializer):
    """Who must have seen a broadcast before it leaves, besides the client where it wants to approve."""

    second_above_amount = TypedLimitField(allow_null=True, required=False, min_value=0)

    class Meta:
        model = ApprovalRules
        fields = ["needs_internal_check", "second_above_people", "second_above_amount", "answer_within_hours"]
        extra_kwargs = {"answer_within_hours": {"min_value": 1, "max_value": 720}}


class ApprovalViewSet(GenericViewSet):
    """The internal check, and what was said."""

    request: ApiRequest
    queryset = BROADCASTS
    serializer_class = ApprovalSerializer
    permission_required = {
        "retrieve": "broadcasts.view_review",
        "check": "broadcasts.check_broadcast",
        "send_back": "broadcasts.check_broadcast",
        "withdraw": "broadcasts.change_broadcast",
    }

    def retrieve(self, request: ApiRequest, pk: int) -> Response:
        """Whose word is wanted, and what was said so far."""
        return _approval(_broadcast(pk))

    @extend_schema(request=ReviewSerializer)
    def check(self, request: ApiRequest, pk: int) -> Response:
        """Pass the internal check, on to the client's approver."""
        return _approval(services.check(_broadcast(pk), by=request.user, **_read(ReviewSerializer, request)))

    @extend_schema(request=ReviewSerializer, responses={200: ApprovalSerializer})
    def send_back(self, request: ApiRequest, pk: int) -> Response:
        """Back to draft at the internal check, with what should change."""
        given = _read(ReviewSerializer, request)
        return _approval(services.send_back(_broadcast(pk), by=request.user, at_check=True, **given))

    @extend_schema(request=None, responses={200: ApprovalSerializer})
    def withdraw(self, request: ApiRequest, pk: int) -> Response:
        """Take it back to draft before anybody has it; approvals are withdrawn."""
        return _approval(services.withdraw(_broadcast(pk), by=request.user))


class CommentViewSet(GenericViewSet):
    """What people say to each other about a broadcast. Comments are mailed to whom they concern."""

    request: ApiRequest
    queryset = Comment.objects.all()
    serializer_class = CommentSerializer
    pagination_class = None
    permission_required = {"settle": "broadcasts.change_comment", "reopen": "broadcasts.change_comment"}

    @extend_schema(responses=CommentSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """All of a broadcast, oldest first."""
        return Response(CommentSerializer(_broadcast(pk).comments.all(), many=True).data)

    @extend_schema(responses={201: CommentSerializer})
    def create(self, request: ApiRequest, pk: int) -> Response:
        """Say something, or answer a comment."""
        found = _broadcast(pk)
        given = _read(CommentSerializer, request)
        about = given.pop("answers", None)
        if about and about.broadcast_id != found.pk:
            raise serializers.ValidationError({"answers": ["It is about another broadcast."]})
        if about:
            made = comments.answer(about, given["text"], by=request.user)
        else:
            made = comments.say(found, by=request.user, **given)
        return Response(CommentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: CommentSerializer})
    def settle(self, request: ApiRequest, pk: int, comment: int) -> Response:
        """Note that there is nothing left to do about it."""
        found = get_object_or_404(Comment, broadcast=pk, pk=comment)
        return Response(CommentSerializer(comments.settle(found, by=request.user)).data)

    @extend_schema(request=None, responses={200: CommentSerializer})
    def reopen(self, request: ApiRequest, pk: int, comment: int) -> Response:
        """Take it up again."""
        found = get_object_or_404(Comment, broadcast=pk, pk=comment)
        return Response(CommentSerializer(comments.settle(found, by=request.user, is_settled=False)).data)


class VersionViewSet(GenericViewSet):
    """What a broadcast said in each of its versions."""

    request: ApiRequest
    queryset = Version.objects.all()
    serializer_class = VersionSerializer
    pagination_class = None

    @extend_schema(responses=VersionSerializer(many=True))
    def list(self, request: ApiRequest, pk: int) -> Response:
        """The newest first."""
        found = _broadcast(pk)
        versions.present(found)
        rows = found.versions.order_by("-number")
        return Response(VersionSerializer(rows, many=True, context={"request": request}).data)

    @extend_schema(parameters=[ChangesQuery], responses=ChangesSerializer)
    def compare(self, request: ApiRequest, pk: int) -> Response:
        """What is different between two of them."""
        query = ChangesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found, asked = _broadcast(pk), query.validated_data
        after = _version(found, asked.get("after")) or versions.present(found)
        before = _version(found, asked.get("before")) or versions.before(found, after)
        return Response(ChangesSerializer(comparing.compare(before, after, seen=_seen(request))).data)


class ApprovalRulesViewSet(GenericViewSet):
    """The rules of approval of this client."""

    request: ApiRequest
    queryset = ApprovalRules.objects.all()
    serializer_class = RulesSerializer

    def retrieve(self, request: ApiRequest) -> Response:
        """As they are."""
        return Response(RulesSerializer(ApprovalRules.present(), context={"request": request}).data)

    def update(self, request: ApiRequest) -> Response:
        """Change them: what is left out is not asked for. They hold for all that has not left yet."""
        rules.set_rules(ApprovalRules(**_read(RulesSerializer, request)), by=request.user)
        return self.retrieve(request)


def _broadcast(pk: int) -> Broadcast:
    return get_object_or_404(BROADCASTS, pk=pk)


def _seen(request: ApiRequest) -> Sight | None:
    """How the caller sees amounts."""
    return sight.present(request.user, current.tenant())


def _version(found: Broadcast, number: int | None) -> Version | None:
    return None if number is None else get_object_or_404(Version, broadcast=found, number=number)


def _approval(found: Broadcast) -> Response:
    turn = turns.of(found)
    said = {
        "status": found.status,
        "version": found.version,
        "wanted": turn.stage if turn else None,
        "late_at": turn.late_at if turn else None,
        "lacks_second": acts.lacks_second(found),
        "reviews": found.reviews.all(),
    }
    return Response(ApprovalSerializer(said).data)


def _read(serializer: type[serializers.Serializer], request: ApiRequest) -> dict[str, Any]:
    body = serializer(data=request.data, context={"request": request})
    body.is_valid(raise_exception=True)
    return body.validated_data
