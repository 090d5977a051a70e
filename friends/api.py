"""Endpoints: friends, their tags."""

from datetime import datetime

from django.db.models import F, FilteredRelation, Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from accounts.http import ApiRequest
from friends import services
from friends.models import Friend, FriendQuerySet, Tag


class TagSerializer(serializers.ModelSerializer):
    color = serializers.RegexField(r"^#[0-9a-f]{6}$", required=False, help_text="Such as #3b6ef6")

    class Meta:
        model = Tag
        fields = ["id", "name", "color"]
        # Names are checked by the service, whose refusals say what to do.
        extra_kwargs = {"name": {"validators": [], "help_text": "At most 60 characters, without “|” and “;”"}}


class TagViewSet(ModelViewSet):
    """Words by which friends are sorted."""

    request: ApiRequest
    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_converter = "int"

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.create_tag(**serializer.validated_data, by=self.request.user)

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        """A new name is a command; the colour is a plain column."""
        name = serializer.validated_data.pop("name", None)
        if name is not None and serializer.instance:
            services.rename_tag(serializer.instance, name, by=self.request.user)
        serializer.save()

    def perform_destroy(self, instance: Tag) -> None:
        services.delete_tag(instance, by=self.request.user)


class TagOfFriendSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ["id", "name"]


class FriendSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(help_text="The friend's number here; used wherever a friend is meant")
    customer = serializers.CharField(
        source="customer_number", allow_null=True, help_text="Number of the customer now linked, or null"
    )
    tags = TagOfFriendSerializer(many=True)

    class Meta:
        model = Friend
        fields = [
            "id",
            "line_user_id",
            "display_name",
            "picture_url",
            "language",
            "status",
            "status_at",
            "followed_at",
            "blocked_at",
            "created_at",
            "customer",
            "tags",
        ]


class FriendFilter(serializers.Serializer):
    status = serializers.ChoiceField(Friend.Status.choices, required=False)
    tag = serializers.IntegerField(required=False, help_text="Id of a tag")
    linked = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether linked to a customer now"
    )
    line_user_id = serializers.CharField(required=False, help_text="U and 32 hexadecimal digits")
    updated_since = serializers.DateTimeField(
        required=False,
        help_text="First seen, followed, blocked or given a new profile since; ISO 8601 with offset",
    )


class FriendViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People who have added the LINE Official Account, or written to it. Newest first."""

    # Which customer a friend is comes from the app to the right, by the name of its relation.
    queryset = Friend.objects.annotate(
        active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
        customer_number=F("active_link__customer__number"),
    ).prefetch_related("tags")
    serializer_class = FriendSerializer
    filter_serializer = FriendFilter
    lookup_value_converter = "int"
    permission_required = {"tag": "friends.change_friend", "untag": "friends.change_friend"}

    def narrow(
        self,
        queryset: FriendQuerySet,
        *,
        tag: int | None = None,
        linked: bool | None = None,
        updated_since: datetime | None = None,
        **equal: str,
    ) -> FriendQuerySet:
        if tag is not None:
            queryset = queryset.filter(friendtag__tag=tag)
        if linked is not None:
            queryset = queryset.filter(active_link__isnull=not linked)  # type: ignore[misc]  # annotated
        if updated_since:
            times = ("created_at", "status_at", "profile_fetched_at")
            queryset = queryset.filter(
                Q(*((f"{time}__gte", updated_since) for time in times), _connector=Q.OR)
            )
        return queryset.filter(**equal)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"], url_path="tags/<int:tag_id>")
    def tag(self, request: ApiRequest, pk: int, tag_id: int) -> Response:
        """Put a tag on a friend. Doing it again changes nothing."""
        friend, tag = self.get_object(), get_object_or_404(Tag, pk=tag_id)
        services.tag_friends([friend.pk], tag, by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @tag.mapping.delete
    def untag(self, request: ApiRequest, pk: int, tag_id: int) -> Response:
        """Take a tag off a friend. Doing it again changes nothing."""
        friend, tag = self.get_object(), get_object_or_404(Tag, pk=tag_id)
        services.untag_friends([friend.pk], tag, by=request.user)
        return Response(status=204)
