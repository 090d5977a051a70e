"""Endpoints: LINE's coupons."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from library import coupon_making, coupons
from library.errors import LineSilent
from library.models import LineCoupon


class LineCouponSerializer(serializers.ModelSerializer):
    state = serializers.ChoiceField(LineCoupon.State.choices, read_only=True)

    class Meta:
        model = LineCoupon
        fields = ["coupon_id", "title", "state", "starts_at", "ends_at", "content", "fetched_at"]
        read_only_fields = fields


class LineCouponInputSerializer(serializers.Serializer):
    content = serializers.JSONField(
        help_text="The body of LINE's own request “create coupon”: title, startTimestamp, reward, …"
    )

    def validate_content(self, given: object) -> dict:
        if not isinstance(given, dict):
            raise serializers.ValidationError("Give an object.")
        return given


class CouponCreationSerializer(serializers.Serializer):
    detail = serializers.CharField()


class LineCouponViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """The account's coupons as LINE described them last. What is made cannot be changed, only closed."""

    request: ApiRequest
    queryset = LineCoupon.objects.all()
    serializer_class = LineCouponSerializer
    lookup_field = "coupon_id"
    lookup_value_converter = "slug"
    permission_required = dict.fromkeys(("refresh", "create", "close"), "library.change_linecoupon")

    @extend_schema(
        request=LineCouponInputSerializer,
        responses={201: LineCouponSerializer, 202: CouponCreationSerializer},
    )
    def create(self, request: ApiRequest) -> Response:
        """Have LINE make a coupon, once. 202: LINE did not answer; the list tells soon what came of it."""
        body = LineCouponInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            made = coupon_making.create(body.validated_data["content"], by=request.user)
        except LineSilent as error:
            return Response({"detail": error.message}, status=202)
        return Response(LineCouponSerializer(made).data, status=201)

    @extend_schema(request=None, responses={200: LineCouponSerializer})
    @action(detail=True, methods=["put"])
    def close(self, request: ApiRequest, coupon_id: str) -> Response:
        """End it at LINE for everyone; there is no way back."""
        closed = coupon_making.close(self.get_object(), by=request.user)
        return Response(LineCouponSerializer(closed).data)

    @extend_schema(request=None, responses={202: None})
    @action(detail=False, methods=["post"])
    def refresh(self, request: ApiRequest) -> Response:
        """Have them read from LINE anew, which takes some seconds."""
        coupons.ask(by=request.user)
        return Response(status=202)
