"""Endpoints: lists of friends, and who is on them."""

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet

from accounts.http import ApiRequest
from friends.models import Friend
from segments.lists import commands as lists
from segments.lists import pasting
from segments.lists.commands import MOST_AT_ONCE
from segments.lists.pasting import Means
from segments.models import FriendList, ListFill, ListMember


def _ids(about: str) -> serializers.ListField:
    each = serializers.CharField(max_length=100)
    return serializers.ListField(child=each, required=False, default=list, help_text=about)


class FillingSerializer(serializers.Serializer):
    done = serializers.IntegerField(help_text="Friends gone through")
    of = serializers.IntegerField(help_text="Friends who are to be put on it")


class FriendListSerializer(serializers.ModelSerializer):
    friends = serializers.SerializerMethodField(help_text="How many are on it")
    filling = serializers.SerializerMethodField(
        help_text="How far it is filled; null when it is full. Until then no broadcast goes to it."
    )

    class Meta:
        model = FriendList
        fields = ["id", "name", "note", "friends", "filling", "created_at", "updated_at"]
        read_only_fields = ["created_at", "updated_at"]
        # Names are checked by the service, whose refusals say what to do.
        extra_kwargs: ClassVar[dict] = {"name": {"validators": []}}

    def get_friends(self, each: FriendList) -> int:
        return self.context["sizes"].get(each.pk, 0)

    @extend_schema_field(FillingSerializer(allow_null=True))
    def get_filling(self, each: FriendList) -> dict[str, int] | None:
        return self.context["filling"].get(each.pk)


class FriendOnListSerializer(serializers.ModelSerializer):
    class Meta:
        model = Friend
        fields = ["id", "line_user_id", "display_name", "status"]


class ListMemberSerializer(serializers.ModelSerializer):
    friend = FriendOnListSerializer()

    class Meta:
        model = ListMember
        fields = ["friend", "added_at"]


class NamedFriendsSerializer(serializers.Serializer):
    """Friends by any of their ids; up to 10,000 in all."""

    friends: serializers.ListField = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1), required=False, default=list
    )
    line_user_ids: serializers.ListField = _ids("As LINE names them, U and 32 characters")
    customers: serializers.ListField = _ids("Customer numbers: the friends linked at present")

    def validate(self, attrs: dict) -> dict:
        count = sum(map(len, attrs.values()))
        if not 1 <= count <= MOST_AT_ONCE:
            raise serializers.ValidationError(f"Name 1 to {MOST_AT_ONCE:,} friends.")
        return attrs


class NobodySerializer(serializers.Serializer):
    id = serializers.CharField(help_text="As it was given")
    reason = serializers.CharField(help_text="For people")


class ChangedSerializer(serializers.Serializer):
    changed = serializers.IntegerField(
        help_text="Friends who are on the list now and were not, or are no longer"
    )
    unchanged = serializers.IntegerField(help_text="Friends who were on it, or off it, already")
    not_found = NobodySerializer(many=True)


class FriendListViewSet(ModelViewSet):
    """Lists of friends who stay on them until they are taken off. Newest first."""

    request: ApiRequest
    queryset = FriendList.objects.all()
    serializer_class = FriendListSerializer
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_converter = "int"
    permission_required = {
        "members": "friends.view_friend",
        "add": "segments.change_friendlist",
        "remove": "segments.change_friendlist",
    }

    def get_serializer(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        """With the sizes of the lists that it shows and how far they are filled, read at once."""
        shown = args[0] if args else []
        rows = shown if isinstance(shown, list) else [shown]
        filling = ListFill.objects.progress(each.pk for each in rows)
        told = {"sizes": lists.sizes(rows), "filling": filling}
        kwargs["context"] = {**self.get_serializer_context(), **told}
        return super().get_serializer(*args, **kwargs)

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = lists.create_list(**serializer.validated_data, by=self.request.user)

    def perform_update(self, serializer: serializers.BaseSerializer) -> None:
        changes = serializer.validated_data
        serializer.instance = lists.change_list(self.get_object(), **changes, by=self.request.user)

    def perform_destroy(self, instance: FriendList) -> None:
        lists.delete_list(instance, by=self.request.user)

    @extend_schema(responses={200: ListMemberSerializer(many=True)})
    @action(detail=True, filter_backends=[])
    def members(self, request: ApiRequest, pk: int) -> Response:
        """Who is on it, the newest first."""
        members: QuerySet[ListMember] = self.get_object().members.select_related("friend")
        page = self.paginate_queryset(members)
        return self.get_paginated_response(ListMemberSerializer(page, many=True).data)

    @extend_schema(request=NamedFriendsSerializer, responses={200: ChangedSerializer})
    @members.mapping.post
    def add(self, request: ApiRequest, pk: int) -> Response:
        """Put friends on it. Who is on it already stays; repeating the call changes nothing."""
        named, not_found = self._named()
        return _changed(lists.add(self.get_object(), named, by=request.user), named, not_found)

    @extend_schema(request=NamedFriendsSerializer, responses={200: ChangedSerializer})
    @action(detail=True, methods=["post"], url_path="members/removal")
    def remove(self, request: ApiRequest, pk: int) -> Response:
        """Take friends off it. Repeating the call changes nothing."""
        named, not_found = self._named()
        return _changed(lists.remove(self.get_object(), named, by=request.user), named, not_found)

    def _named(self) -> tuple[list[int], list[dict]]:
        """The friends that the body names, each once, and the ids behind which there is nobody."""
        body = NamedFriendsSerializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        known = pasting.resolve(map(str, given["friends"]), Means.FRIEND)
        known |= pasting.resolve(given["customers"], Means.CUSTOMER)
        known |= pasting.resolve(given["line_user_ids"], Means.LINE)
        friends = {friend for friend in known.values() if isinstance(friend, int)}
        nobody = [{"id": key, "reason": why} for key, why in known.items() if isinstance(why, str)]
        return sorted(friends), nobody


def _changed(changed: list[int], named: list[int], not_found: list[dict]) -> Response:
    told = {"changed": len(changed), "unchanged": len(named) - len(changed), "not_found": not_found}
    return Response(ChangedSerializer(told).data)
