"""Endpoints: segments, and who is in them."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from accounts.http import ApiRequest
from segments import services
from segments.api.facts import FactsOfSegments
from segments.api.people import PeopleOfSegment
from segments.api.plans import PlansOfSegments
from segments.models import Segment


@extend_schema_field({"$ref": "#/components/schemas/SegmentTree"})
class TreeField(serializers.JSONField):
    """Conditions that choose friends; what is wrong in them the service says, with its place."""


class SegmentSerializer(serializers.ModelSerializer):
    tree = TreeField()

    class Meta:
        model = Segment
        fields = ["id", "name", "tree", "version", "created_at", "updated_at"]
        read_only_fields = ["version", "created_at", "updated_at"]


class SegmentChangeSerializer(serializers.ModelSerializer):
    tree = TreeField()
    version = serializers.IntegerField(
        required=False, help_text="The version you read: refused with 409 if it is no longer the present one"
    )

    class Meta:
        model = Segment
        fields = ["name", "tree", "version"]


class TreeSerializer(serializers.Serializer):
    tree = TreeField()


class CountSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="Friends in the tree, at most")
    least = serializers.IntegerField(
        help_text="Less than `total` only where LINE judges a part: how many are in it certainly"
    )
    reached = serializers.IntegerField(
        help_text="Less than `total` only where the tree asks for people whom no message reaches"
    )
    reachable = serializers.IntegerField(help_text="Friends who have not blocked the account, in all")
    parts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Friends by part of the tree, by path such as all[1].not"
    )


class CountInWordsSerializer(CountSerializer):
    words = serializers.CharField(help_text="The tree as a sentence, in the language of Accept-Language")


class ValidatedSerializer(serializers.Serializer):
    words = serializers.CharField(help_text="The tree as a sentence, in the language of Accept-Language")
    tree = TreeField(help_text="As it would be saved")


class SegmentViewSet(PeopleOfSegment, FactsOfSegments, PlansOfSegments, ModelViewSet):
    """Saved rules that choose friends. Newest first."""

    request: ApiRequest
    queryset = Segment.objects.all()
    serializer_class = SegmentSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_converter = "int"
    permission_required = {
        "count_tree": "segments.view_segment",
        "check": "segments.view_segment",
        "plan_tree": "segments.view_segment",
        "sample": "friends.view_friend",
        "friends": "friends.export_friend",
        "export": "friends.export_friend",
        "explanation": "friends.view_friend",
    }

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        given = serializer.validated_data
        serializer.instance = services.create_segment(given["name"], given["tree"], by=self.request.user)

    @extend_schema(request=SegmentChangeSerializer, responses=SegmentSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change one segment.

        What is not given stays.
        """
        segment = self.get_object()
        body = SegmentChangeSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = {"version": segment.version, **body.validated_data}
        changes["raw"] = changes.pop("tree", None)
        segment = services.change_segment(segment, by=self.request.user, **changes)
        return Response(self.get_serializer(segment).data)

    def perform_destroy(self, instance: Segment) -> None:
        services.delete_segment(instance, by=self.request.user)

    @extend_schema(request=TreeSerializer, responses={200: ValidatedSerializer})
    @action(detail=False, methods=["post"], url_path="validate")
    def check(self, request: Request) -> Response:
        """Whether a tree can be asked, without counting or saving it; 422 names the place that is wrong."""
        body = TreeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(ValidatedSerializer(services.validate(body.validated_data["tree"])).data)

    @extend_schema(request=TreeSerializer, responses={200: CountInWordsSerializer})
    @action(detail=False, methods=["post"], url_path="count")
    def count_tree(self, request: Request) -> Response:
        """How many friends a tree chooses, without saving it."""
        body = TreeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(_counted(body.validated_data["tree"]))

    @extend_schema(responses=CountInWordsSerializer)
    @action(detail=True)
    def count(self, request: Request, pk: int) -> Response:
        """How many friends are in it now."""
        return Response(_counted(self.get_object().tree))


def _counted(tree: dict) -> dict:
    return CountSerializer(services.count(tree)).data | {"words": services.words(tree)}
