"""Endpoints: friends, their tags and fields."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, FilteredRelation, Prefetch, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from friends import fields, kinds, services, values, wishes
from friends.models import FieldValue, Friend, FriendField, FriendQuerySet, Tag


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
        tag = serializer.instance
        if tag is None:
            return
        given = {"name": tag.name, "color": tag.color} | serializer.validated_data
        services.change_tag(tag, **given, by=self.request.user)

    def perform_destroy(self, instance: Tag) -> None:
        services.delete_tag(instance, by=self.request.user)


class TagOfFriendSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = ["id", "name", "color"]


class FieldSerializer(serializers.ModelSerializer):
    """A field. Its key and type stay as they were made."""

    is_archived = serializers.SerializerMethodField()

    class Meta:
        model = FriendField
        fields = ["id", "key", "name", "type", "choices", "description", "is_archived", "created_at"]
        read_only_fields = fields

    def get_is_archived(self, field: FriendField) -> bool:
        return field.archived_at is not None


class FieldInputSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=FriendField.NAME_LENGTH)
    type = serializers.ChoiceField(FriendField.Type.choices)
    key = serializers.CharField(required=False, help_text="a–z, 0–9 and _; we choose one if it is left out")
    choices: serializers.ListField = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="For choice and choices only"
    )
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)


class FieldChangeSerializer(serializers.Serializer):
    name = serializers.CharField(required=False, max_length=FriendField.NAME_LENGTH)
    choices: serializers.ListField = serializers.ListField(child=serializers.CharField(), required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=200)
    is_archived = serializers.BooleanField(required=False)


class FieldViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What is kept of friends beyond what LINE tells, in types of its own."""

    request: ApiRequest
    queryset = FriendField.objects.all()
    serializer_class = FieldSerializer
    lookup_value_converter = "int"

    @extend_schema(request=FieldInputSerializer, responses={201: FieldSerializer})
    def create(self, request: ApiRequest) -> Response:
        body = FieldInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        field = fields.create_field(given.pop("name"), given.pop("type"), **given, by=request.user)
        return Response(FieldSerializer(field).data, status=201)

    @extend_schema(request=FieldChangeSerializer, responses={200: FieldSerializer})
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Another name, description or other choices; archive it or take it back into use."""
        body = FieldChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        archive = given.pop("is_archived", None)
        field = fields.change_field(self.get_object(), **given, by=request.user)
        if archive is not None and archive != (field.archived_at is not None):
            (fields.archive_field if archive else fields.restore_field)(field, by=request.user)
            field.refresh_from_db()
        return Response(FieldSerializer(field).data)


class FriendSerializer(serializers.ModelSerializer):
    id = serializers.IntegerField(help_text="The friend's number here; used wherever a friend is meant")
    customer = serializers.CharField(
        source="customer_number", allow_null=True, help_text="Number of the customer now linked, or null"
    )
    tags = TagOfFriendSerializer(many=True)
    fields_ = serializers.SerializerMethodField(
        method_name="get_answers",
        help_text="Values by the keys of fields in use; a field without a value is left out",
    )

    class Meta:
        model = Friend
        fields = [
            "id",
            "line_user_id",
            "display_name",
            "own_name",
            "picture_url",
            "language",
            "status",
            "status_at",
            "followed_at",
            "blocked_at",
            "stopped_at",
            "created_at",
            "updated_at",
            "customer",
            "tags",
            "fields_",
        ]
        extra_kwargs = {"stopped_at": {"help_text": "Wants no broadcasts since then; null: wants them"}}

    def get_fields(self) -> dict[str, serializers.Field]:
        """`fields` itself is a word of the serializers."""
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found

    def get_answers(self, friend: Friend) -> dict[str, str | int | float | bool | list[str]]:
        found: dict[str, list] = {}
        kept_in = {}
        for value in friend.field_values.all():
            if value.field.archived_at is None:
                kept_in[value.field.key] = value.field
                found.setdefault(value.field.key, []).append(kinds.kept(value, value.field))
        return {key: kinds.as_json(several, kept_in[key]) for key, several in found.items()}


class FriendChangeSerializer(serializers.Serializer):
    own_name = serializers.CharField(required=False, allow_blank=True, help_text="“” for none")
    fields_ = serializers.DictField(
        required=False,
        help_text="New values by key; null takes a value away, fields that are not named stay as they are",
    )

    def get_fields(self) -> dict[str, serializers.Field]:
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class FriendFilter(serializers.Serializer):
    status = serializers.ChoiceField(Friend.Status.choices, required=False)
    tag = serializers.IntegerField(required=False, help_text="Id of a tag")
    linked = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether linked to a customer now"
    )
    line_user_id = serializers.CharField(required=False, help_text="U and 32 hexadecimal digits")
    updated_since = MomentField(
        required=False,
        help_text="Profile, friendship, own name or fields changed since; tags do not count. With offset",
    )


class FriendViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """People who have added the LINE Official Account, or written to it. Newest first."""

    # Which customer a friend is comes from the app to the right, by the name of its relation.
    queryset = Friend.objects.annotate(
        active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
        customer_number=F("active_link__customer__number"),
    ).prefetch_related(
        "tags",
        Prefetch(
            "field_values", FieldValue.objects.select_related("field").order_by("field__position", "place")
        ),
    )
    serializer_class = FriendSerializer
    filter_serializer = FriendFilter
    lookup_value_converter = "int"
    permission_required = dict.fromkeys(["tag", "untag", "stop", "restart"], "friends.change_friend")

    @extend_schema(request=FriendChangeSerializer, responses={200: FriendSerializer})
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change a friend's own name and fields. All of it, or nothing if a value does not fit."""
        friend = self.get_object()
        body = FriendChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            if "own_name" in body.validated_data:
                services.name_friend(friend, body.validated_data["own_name"], by=request.user)
            values.set_by_key(friend, body.validated_data.get("fields", {}), by=request.user)
        return Response(self.get_serializer(self.get_object()).data)

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
            queryset = queryset.filter(updated_at__gte=updated_since)
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

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["put"])
    def stop(self, request: ApiRequest, pk: int) -> Response:
        """Send them no broadcasts from now on; answers and chats go on. Again changes nothing."""
        return self._wish(request, stops=True)

    @extend_schema(request=None, responses={204: None})
    @stop.mapping.delete
    def restart(self, request: ApiRequest, pk: int) -> Response:
        """They want broadcasts again."""
        return self._wish(request, stops=False)

    def _wish(self, request: ApiRequest, *, stops: bool) -> Response:
        with transaction.atomic():
            wishes.wish([self.get_object().pk], stops=stops, at=timezone.now(), by=request.user)
        return Response(status=204)
