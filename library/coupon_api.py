"""Endpoints: LINE's coupons."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from library import coupons
from library.models import LineCoupon


class LineCouponSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(LineCoupon.State.choices, read_only=True)

    class Meta:
        model = LineCoupon
        fields = ["coupon_id", "title", "state", "starts_at", "ends_at", "content", "fetched_at"]
        read_only_fields = fields


class LineCouponViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The account's coupons as LINE described them last; they are made in LINE's manager."""

    request: ApiRequest
    queryset = LineCoupon.objects.all()
    serializer_class = LineCouponSerializer
    lookup_field = "coupon_id"
    lookup_value_converter = "slug"
    permission_required = {"refresh": "library.change_linecoupon"}  # noqa: RUF012

    @extend_schema(request=None, responses={202: None})
    @action(detail=False, methods=["post"])
    def refresh(self, request: ApiRequest) -> Response:
        """Have them read from LINE anew, which takes some seconds."""
        coupons.ask(by=request.user)
        return Response(status=202)
