"""Endpoints: coupons, who holds them, and using them at a till or in a shop."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.errors import AppError
from accounts.http import ApiRequest
from accounts.moments import MomentField
from coupons import codes as store
from coupons import gifts, redeeming, results, services
from coupons.api_dependants import Dependent
from coupons.forms import MOST_DAYS, MOST_PERCENT
from coupons.models import Coupon, Gift, Redemption, Ticket
from coupons.redeeming import MOST_YEN, Purchase
from coupons.reward import PAGE
from friends import personal
from friends.models import Friend
from library.models import MediaFile
from segments.kinds import HIGHEST_ROW
from segments.models import Segment

MOST_CODES = 10_000  # in one request
Gives = Coupon.Gives


class OwnCouponSerializer(serializers.ModelSerializer):
    picture: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=MediaFile.objects.present().filter(kind=MediaFile.Kind.IMAGE),
        required=False,
        allow_null=True,
        help_text="Number of a picture of the library",
    )
    starts_at = MomentField(required=False, allow_null=True, help_text="null: from the start on")
    ends_at = MomentField(required=False, allow_null=True, help_text="null: it has no end")
    state = serializers.SerializerMethodField(help_text="What it is at this moment")
    left = serializers.SerializerMethodField(help_text="How many can still be given; null: any number")
    address = serializers.SerializerMethodField(help_text="For everybody: it opens in LINE")

    class Meta:
        model = Coupon
        fields = (
            *("id", "name", "state", "gives", "amount", "words", "picture", "terms", "starts_at", "ends_at"),
            *(
                "valid_days",
                "codes",
                "shared_code",
                "uses",
                "most",
                "left",
                "by_address",
                "at_till",
                "by_tap",
            ),
            *("online", "follows_orders", "cost_yen", "warn_below", "address", "started_at", "closed_at"),
        )
        read_only_fields = ("started_at", "closed_at")
        extra_kwargs = {  # noqa: RUF012
            "amount": {"max_value": MOST_YEN, "help_text": "Yen or per cent"},
            "valid_days": {"max_value": MOST_DAYS, "help_text": "To the end of that day after getting it"},
            "uses": {"max_value": Coupon.MOST_USES, "help_text": "Of one person; 0: any number"},
            "by_address": {"help_text": "Whoever opens its address gets it; else it has to be given"},
            "most": {"max_value": MOST_YEN, "help_text": "null: no limit"},
            "cost_yen": {"max_value": MOST_YEN, "help_text": "Of one use; null: the discount"},
            "warn_below": {"max_value": MOST_YEN},
        }

    @extend_schema_field(serializers.ChoiceField(Coupon.State.choices))
    def get_state(self, coupon: Coupon) -> str:
        return coupon.state()

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_left(self, coupon: Coupon) -> int | None:
        return store.left(coupon)

    @extend_schema_field(serializers.URLField())
    def get_address(self, coupon: Coupon) -> str:
        return personal.door(PAGE, coupon.pk)

    def validate_shared_code(self, given: str) -> str:
        code = store.cleaned(given)
        if code and not store.FITS.fullmatch(code):
            raise serializers.ValidationError("Letters, digits and signs without spaces.")
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        said = {name: attrs.get(name, getattr(self.instance, name, None)) for name in self.Meta.fields}
        problems = dict(_problems(said))
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


def _problems(said: dict[str, Any]):
    """What of a coupon does not fit together, by field."""
    gives, amount = said["gives"] or Gives.PERCENT, said["amount"]
    if gives in (Gives.YEN, Gives.PERCENT) and not amount:
        yield "amount", "Say how much."
    if gives == Gives.PERCENT and amount and amount > MOST_PERCENT:
        yield "amount", "At most 100 per cent."
    if said["codes"] == Coupon.Codes.SHARED and not said["shared_code"]:
        yield "shared_code", "Give the code for everybody."
    if said["starts_at"] and said["ends_at"] and said["ends_at"] <= said["starts_at"]:
        yield "ends_at", "It would end before it begins."


class CodesInputSerializer(serializers.Serializer):
    codes = serializers.ListField(
        child=serializers.RegexField(store.FITS, max_length=Coupon.CODE_LENGTH),
        required=False,
        max_length=MOST_CODES,
        help_text="Codes of the shop",
    )
    count = serializers.IntegerField(
        required=False, min_value=1, max_value=store.MOST_MADE, help_text="Or how many to make here"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either codes or count.")
        return attrs


class CodesAddedSerializer(serializers.Serializer):
    added = serializers.IntegerField()
    known = serializers.IntegerField(help_text="Were here already, or twice in the list")
    left = serializers.IntegerField()


class GiftInputSerializer(serializers.Serializer):
    segment: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, help_text="To all whom it holds now"
    )
    friend: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Friend.objects.all(), required=False, help_text="Or to one friend"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either a segment or a friend.")
        return attrs


class GiftSerializer(serializers.ModelSerializer):
    class Meta:
        model = Gift
        fields = ("id", "segment_name", "state", "total", "done", "given", "problem", "made_at", "ended_at")


class CouponTicketSerializer(serializers.ModelSerializer):
    state = serializers.SerializerMethodField(help_text="What it is at this moment")
    until = serializers.DateTimeField(allow_null=True, help_text="null: it has no end")
    left = serializers.IntegerField(allow_null=True, help_text="Uses; null: any number")
    address = serializers.SerializerMethodField(help_text="The friend's own page")

    class Meta:
        model = Ticket
        fields = (
            *("id", "coupon", "friend", "code", "state", "until", "left", "source", "address"),
            *("got_at", "opened_at", "used_count", "used_at", "withdrawn_at"),
        )

    @extend_schema_field(serializers.ChoiceField(Ticket.State.choices))
    def get_state(self, ticket: Ticket) -> str:
        return ticket.state()

    @extend_schema_field(serializers.URLField())
    def get_address(self, ticket: Ticket) -> str:
        return personal.address(PAGE, ticket.coupon_id, ticket.friend_id)


class GiftAnswerSerializer(serializers.Serializer):
    gift = GiftSerializer(allow_null=True, help_text="The giving to a segment, which goes on by itself")
    ticket = CouponTicketSerializer(allow_null=True, help_text="What the one friend holds")


class CouponDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    given = serializers.IntegerField()
    used = serializers.IntegerField()
    cost = serializers.IntegerField(help_text="Yen")
    revenue = serializers.IntegerField(help_text="Yen, after the discount")


class CouponResultsSerializer(serializers.Serializer):
    given = serializers.IntegerField()
    opened = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Who used it")
    uses = serializers.IntegerField()
    discount = serializers.IntegerField(help_text="Yen")
    cost = serializers.IntegerField(help_text="Yen")
    revenue = serializers.IntegerField(help_text="Yen, after the discount, where the amount is known")
    orders = serializers.IntegerField(help_text="Uses of which the amount is known")
    unknown = serializers.IntegerField(help_text="Uses of which the cost is not known")
    days = CouponDaySerializer(many=True)


class OwnCouponViewSet(Dependent, ListModelMixin, RetrieveModelMixin, CreateModelMixin, GenericViewSet):
    """Coupons of the client's own. Newest first. A new one is a draft, which nobody gets."""

    request: ApiRequest
    queryset = Coupon.objects.all()
    serializer_class = OwnCouponSerializer
    page_kind = PAGE
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "start": "coupons.start_coupon",
        "close": "coupons.start_coupon",
        "codes": "coupons.change_coupon",
        "gifts": "coupons.start_coupon",
        "results": "coupons.view_redemption",
    }

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        serializer.instance = services.create(by=self.request.user, **serializer.validated_data)

    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given. What people have got is fixed once the coupon has started."""
        coupon = self.get_object()
        body = self.get_serializer(coupon, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = services.change(coupon, by=request.user, **body.validated_data)
        return Response(self.get_serializer(changed).data)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Delete a draft."""
        services.delete(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["put"])
    def start(self, request: ApiRequest, pk: int) -> Response:
        """Let it be given from now on."""
        return Response(self.get_serializer(services.start(self.get_object(), by=request.user)).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["put"])
    def close(self, request: ApiRequest, pk: int) -> Response:
        """Let nobody get or use it any more; there is no way back."""
        return Response(self.get_serializer(services.close(self.get_object(), by=request.user)).data)

    @extend_schema(request=CodesInputSerializer, responses={201: CodesAddedSerializer})
    @action(detail=True, methods=["post"])
    def codes(self, request: ApiRequest, pk: int) -> Response:
        """Add codes of the shop, or have some made. Those that are here already are left out."""
        coupon = self.get_object()
        body = CodesInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data.get("codes")
        if given is None:
            count = added = store.make(coupon, body.validated_data["count"], by=request.user)
        else:
            count, added = len(given), len(store.add(coupon, given, by=request.user))
        told = {"added": added, "known": count - added, "left": store.left(coupon)}
        return Response(CodesAddedSerializer(told).data, status=201)

    @extend_schema(request=GiftInputSerializer, responses={201: GiftAnswerSerializer})
    @action(detail=True, methods=["post"])
    def gifts(self, request: ApiRequest, pk: int) -> Response:
        """Give it to a segment or to one friend. Nobody is written to."""
        coupon = self.get_object()
        body = GiftInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        friend, gift, ticket = body.validated_data.get("friend"), None, None
        if friend:
            ticket = gifts.give_one(coupon, friend, by=request.user).ticket
        else:
            gift = gifts.begin(coupon, body.validated_data["segment"], by=request.user)
        return Response(GiftAnswerSerializer({"gift": gift, "ticket": ticket}).data, status=201)

    @extend_schema(responses={200: CouponResultsSerializer})
    @action(detail=True)
    def results(self, request: ApiRequest, pk: int) -> Response:
        """What came of it, altogether and by day."""
        coupon = self.get_object()
        told = vars(results.of(coupon)) | {"days": results.by_day(coupon)}
        return Response(CouponResultsSerializer(told).data)


class TicketFilter(serializers.Serializer):
    coupon = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)
    friend = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)


class RefusalSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Such as coupon_used")
    detail = serializers.CharField(help_text="In words")


class CouponCheckSerializer(serializers.Serializer):
    ticket = CouponTicketSerializer()
    name = serializers.CharField(help_text="Of the coupon")
    gives = serializers.CharField(help_text="yen, percent, free or other")
    amount = serializers.IntegerField(allow_null=True, help_text="Yen or per cent")
    words = serializers.CharField(help_text="What it gives, in words")
    refusal = RefusalSerializer(allow_null=True, help_text="Why it cannot be used now; null: it can")


class TicketViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Who holds which coupon, by which code. Newest first."""

    request: ApiRequest
    queryset = Ticket.objects.select_related("coupon")
    serializer_class = CouponTicketSerializer
    filter_serializer = TicketFilter
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "check": "coupons.redeem_coupon",
        "destroy": "coupons.change_ticket",
    }

    def narrow(self, queryset: QuerySet[Ticket], **asked: int) -> QuerySet[Ticket]:
        return queryset.filter(**asked)

    @extend_schema(
        responses={200: CouponCheckSerializer},
        parameters=[OpenApiParameter("code", str, required=True, description="As it stands on the coupon")],
    )
    @action(detail=False, pagination_class=None, filter_serializer=None)
    def check(self, request: ApiRequest) -> Response:
        """Whose coupon a code is, and whether it can be used now; nothing is used."""
        ticket = redeeming.find(request.query_params.get("code", ""))
        told = {"ticket": ticket, "refusal": _refusal(ticket)}
        told |= {name: getattr(ticket.coupon, name) for name in ("name", "gives", "amount", "words")}
        return Response(CouponCheckSerializer(told).data)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Take it back from the friend; its code is given to nobody else."""
        redeeming.withdraw(self.get_object(), by=request.user)
        return Response(status=204)


def _refusal(ticket: Ticket) -> dict[str, str] | None:
    try:
        redeeming.check(ticket)
    except AppError as error:
        return {"code": error.code, "detail": error.message}
    return None


class CouponUseSerializer(serializers.ModelSerializer):
    code = serializers.CharField(source="ticket.code", default="", help_text="Empty: the code for everybody")

    class Meta:
        model = Redemption
        fields = (
            *("id", "coupon", "ticket", "code", "friend_id", "at", "way", "place", "order_number"),
            *("amount_yen", "discount_yen", "cost_yen", "cancelled_at", "reason"),
        )


class CouponUseInputSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=Coupon.CODE_LENGTH * 2, help_text="As it stands on the coupon")
    order = serializers.CharField(required=False, allow_blank=True, default="", max_length=100)
    amount = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=MOST_YEN,
        help_text="Yen, before the discount",
    )
    discount = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=MOST_YEN,
        help_text="Yen; null: as it follows from the coupon",
    )
    place = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)


class CancelInputSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=200)


class RedemptionFilter(serializers.Serializer):
    coupon = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)
    order = serializers.CharField(required=False, max_length=100)


class RedemptionViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Uses of coupons. Newest first. What was taken back stays, with its reason."""

    request: ApiRequest
    queryset = Redemption.objects.select_related("ticket")
    serializer_class = CouponUseSerializer
    filter_serializer = RedemptionFilter
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "create": "coupons.redeem_coupon",
        "cancel": "coupons.change_redemption",
    }

    def narrow(
        self, queryset: QuerySet[Redemption], *, coupon: int | None = None, order: str = ""
    ) -> QuerySet[Redemption]:
        queryset = queryset.filter(coupon=coupon) if coupon else queryset
        return queryset.filter(order_number=order) if order else queryset

    @extend_schema(request=CouponUseInputSerializer, responses={201: CouponUseSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Use a coupon once. Send an Idempotency-Key, so that a lost answer uses it once only."""
        body = CouponUseInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        purchase = Purchase(said["order"], said["amount"], said["discount"], said["place"])
        ticket = redeeming.find(said["code"])
        used = redeeming.redeem(ticket, way=Redemption.Way.API, purchase=purchase, by=request.user)
        return Response(CouponUseSerializer(used).data, status=201)

    @extend_schema(request=CancelInputSerializer, responses={200: CouponUseSerializer})
    @action(detail=True, methods=["put"])
    def cancel(self, request: ApiRequest, pk: int) -> Response:
        """Take a use back, whenever it was; the coupon is valid again."""
        body = CancelInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        used = redeeming.cancel(self.get_object(), reason=body.validated_data["reason"], by=request.user)
        return Response(CouponUseSerializer(used).data)
