"""Endpoints: which friend is which customer."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from linking import unlinking
from linking.models import Link


class LinkSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", help_text="Number of the friend")
    line_user_id = serializers.CharField(source="friend.line_user_id")
    customer = serializers.CharField(source="customer.number", help_text="Number of the customer")

    class Meta:
        model = Link
        fields = [
            "id",
            "friend",
            "line_user_id",
            "customer",
            "method",
            "linked_at",
            "unlinked_at",
            "ended",
            "consent",
        ]
        extra_kwargs = {
            "unlinked_at": {"help_text": "null: linked now"},
            "consent": {"help_text": "The text the friend agreed to"},
        }


class LinkFilter(serializers.Serializer):
    friend = serializers.IntegerField(required=False, help_text="Number of a friend")
    customer = serializers.CharField(required=False, help_text="Number of a customer")
    active = serializers.BooleanField(
        required=False, allow_null=True, help_text="true: links of now; false: those that have ended"
    )


class LinkViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet):
    """Which friend is which customer, from when to when; ended links included. Newest first."""

    request: ApiRequest
    queryset = Link.objects.select_related("friend", "customer")
    serializer_class = LinkSerializer
    filter_serializer = LinkFilter
    lookup_value_converter = "int"

    def narrow(
        self,
        queryset: QuerySet[Link],
        *,
        friend: int | None = None,
        customer: str | None = None,
        active: bool | None = None,
    ) -> QuerySet[Link]:
        if friend is not None:
            queryset = queryset.filter(friend=friend)
        if customer is not None:
            queryset = queryset.filter(customer__number=customer)
        if active is not None:
            queryset = queryset.filter(unlinked_at__isnull=active)
        return queryset

    def destroy(self, request: Request, pk: int) -> Response:
        """Unlink. The link stays in the history; 409 `not_linked` if it has ended before."""
        unlinking.unlink(self.get_object(), how=Link.Ended.BY_API, by=self.request.user)
        return Response(status=204)
