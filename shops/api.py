"""Endpoints: products and orders."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from customers import numbers
from events import refusals
from shops import told
from shops.models import Order, Product
from shops.orders import OrderReport, cancel_order, upsert_orders
from shops.products import MOST_VARIANTS, ProductReport, upsert_products

MOST = 1_000
AMOUNT = "A number, or a text such as “1980.50”: 0 or more, with two decimals at most"
WHEN = "ISO 8601 with offset, not in the future"


def _amount(**given: object) -> serializers.DecimalField:
    return serializers.DecimalField(14, 2, min_value=0, required=False, help_text=AMOUNT, **given)  # type: ignore[arg-type]


class VariantSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ["code", "name", "price", "compare_at_price", "stock", "picture_url", "page_url"]


class ProductSerializer(VariantSerializer):
    updated_at = serializers.DateTimeField(source="shop_updated_at", help_text="In the shop")
    variants = VariantSerializer(many=True)

    class Meta:
        model = Product
        fields = [*VariantSerializer.Meta.fields, "id", "category", "currency", "updated_at", "variants"]


class VariantRowSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=Product.CODE_LENGTH, help_text="SKU")
    name = serializers.CharField(max_length=Product.NAME_LENGTH, required=False)
    price = _amount(allow_null=True)
    compare_at_price = _amount(allow_null=True)
    stock = serializers.IntegerField(required=False, allow_null=True, help_text="null: not counted")
    picture_url = serializers.URLField(required=False, allow_null=True, help_text="https")
    page_url = serializers.URLField(required=False, allow_null=True, help_text="https")


class ProductRowSerializer(VariantRowSerializer):
    """What a row lacks stays as it is; null makes it empty."""

    category = serializers.CharField(required=False, help_text="A path such as “Women > Shirts”")
    currency = serializers.CharField(required=False, help_text="ISO 4217; must be the client's")
    updated_at = MomentField(required=False, help_text=f"{WHEN}; now if left out. Older news change nothing")
    variants: serializers.ListSerializer = serializers.ListSerializer(
        child=VariantRowSerializer(), required=False, max_length=MOST_VARIANTS
    )


class LineSerializer(serializers.Serializer):
    id = serializers.CharField(required=False, help_text="Your own number of the line, if it has one")
    product = serializers.CharField(required=False, help_text="Code; product or name must be there")
    name = serializers.CharField(required=False)
    category = serializers.CharField(required=False)
    quantity = serializers.IntegerField(required=False, min_value=1, help_text="1 if left out")
    amount = serializers.DecimalField(14, 2, min_value=0, coerce_to_string=False, help_text="Of all pieces")


class OrderSerializer(serializers.ModelSerializer):
    customer = serializers.CharField(
        source="customer_number", help_text="Number in your books; “” for nobody's"
    )
    is_waiting = serializers.BooleanField(help_text="Whether that customer is not in the books yet")
    lines = LineSerializer(many=True)
    updated_at = serializers.DateTimeField(source="shop_updated_at", help_text="In the shop")

    class Meta:
        model = Order
        fields = [
            "id",
            "source",
            "number",
            "customer",
            "is_waiting",
            "status",
            "placed_at",
            "currency",
            "total",
            "refunded",
            "discount",
            "shipping",
            "tax",
            "lines",
            "coupon_code",
            "tracking_number",
            "is_test",
            "shipped_at",
            "delivered_at",
            "cancelled_at",
            "updated_at",
        ]


class OrderRowSerializer(serializers.Serializer):
    """A new order needs number, placed_at and total. What a row lacks stays as it is; null makes it empty."""

    number = serializers.CharField(max_length=Order.NUMBER_LENGTH)
    source = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        max_length=Order.SOURCE_LENGTH,
        required=False,
        help_text="Which shop, where there are several with numbers of their own; “shop” if left out",
    )
    customer = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="Number in your books. If it is not there yet, the order waits for it; null: nobody's",
    )
    placed_at = MomentField(required=False, help_text=WHEN)
    updated_at = MomentField(
        required=False,
        help_text=f"{WHEN}; now if left out. Of each field the newest word counts, whatever arrives first",
    )
    status = serializers.ChoiceField(
        Order.Status.choices, required=False, help_text="Cancelled and returned orders count in no total"
    )
    currency = serializers.CharField(required=False, help_text="ISO 4217; must be the client's")
    total = _amount()
    refunded = _amount(allow_null=True)
    discount = _amount(allow_null=True)
    shipping = _amount(allow_null=True)
    tax = _amount(allow_null=True)
    lines: serializers.ListSerializer = serializers.ListSerializer(
        child=LineSerializer(),
        required=False,
        max_length=told.MOST_LINES,
        help_text="All of them: they take the place of those before",
    )
    coupon_code = serializers.CharField(max_length=100, required=False, allow_null=True)
    tracking_number = serializers.CharField(max_length=100, required=False, allow_null=True)
    is_test = serializers.BooleanField(required=False, help_text="Kept, but counted nowhere")
    shipped_at = MomentField(required=False, help_text="Taken from the status where it is left out")
    delivered_at = MomentField(required=False)
    cancelled_at = MomentField(required=False)


class BatchOfProductsSerializer(serializers.Serializer):
    products: serializers.ListSerializer = serializers.ListSerializer(
        child=ProductRowSerializer(), min_length=1, max_length=MOST
    )


class BatchOfOrdersSerializer(serializers.Serializer):
    orders: serializers.ListSerializer = serializers.ListSerializer(
        child=OrderRowSerializer(), min_length=1, max_length=MOST
    )


class BadItemSerializer(serializers.Serializer):
    index = serializers.IntegerField(help_text="Place in the request, from 0")
    detail = serializers.CharField()


class BroughtUpToDateSerializer(serializers.Serializer):
    created = serializers.IntegerField()
    updated = serializers.IntegerField(help_text="What changes nothing does not count")
    errors = BadItemSerializer(  # type: ignore[assignment]  # a field: it does not stay on the class
        many=True, help_text="Those that were left out"
    )


class ProductFilter(serializers.Serializer):
    updated_since = MomentField(required=False, help_text="Changed in the shop since. With offset")


class ProductViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What the shop sells, with its variants. Newest first."""

    queryset = Product.objects.whole().prefetch_related("variants")
    serializer_class = ProductSerializer
    filter_serializer = ProductFilter
    lookup_value_converter = "int"
    permission_required = {"bulk": "shops.change_product"}

    def narrow(self, queryset: QuerySet[Product], *, updated_since: datetime | None = None) -> QuerySet:
        return queryset.filter(shop_updated_at__gte=updated_since) if updated_since else queryset

    @extend_schema(request=BatchOfProductsSerializer, responses={200: BroughtUpToDateSerializer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: ApiRequest) -> Response:
        """Bring up to 1,000 products up to date by `code`. Good rows go in even if others have errors.

        Answers 200 with the errors of each row that was left out; correct those and send them again. Stock
        that comes back and prices that change are kept as facts of the product.
        """
        rows = _rows(request.data, "products")
        with transaction.atomic():
            return _answer("products", rows, upsert_products(rows), "code")


class OrderFilter(serializers.Serializer):
    number = serializers.CharField(required=False)
    source = serializers.CharField(required=False)  # type: ignore[assignment]  # likewise
    customer = serializers.CharField(
        required=False, help_text="Number of a customer in your books, also from before a merge"
    )
    status = serializers.ChoiceField(Order.Status.choices, required=False)
    placed_since = MomentField(required=False, help_text="ISO 8601 with offset")
    updated_since = MomentField(required=False, help_text="Changed in the shop since. With offset")


class OrderViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """What customers ordered. Newest first."""

    request: ApiRequest
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filter_serializer = OrderFilter
    lookup_value_converter = "int"
    permission_required = {"bulk": "shops.change_order", "cancellation": "shops.change_order"}

    def narrow(
        self,
        queryset: QuerySet[Order],
        *,
        customer: str | None = None,
        placed_since: datetime | None = None,
        updated_since: datetime | None = None,
        **equal: str,
    ) -> QuerySet[Order]:
        since = {"placed_at__gte": placed_since, "shop_updated_at__gte": updated_since}
        if customer is not None:
            known = numbers.find([customer]).get(customer)
            waiting = {"customer": None, "customer_number": customer}
            queryset = queryset.filter(**(waiting if known is None else {"customer": known}))
        return queryset.filter(**equal, **{name: at for name, at in since.items() if at})

    @extend_schema(request=BatchOfOrdersSerializer, responses={200: BroughtUpToDateSerializer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: ApiRequest) -> Response:
        """Bring up to 1,000 orders up to date. Good rows go in even if others have errors.

        They are known by `source` and `number`. Send one again whenever it changes, in any order and as often
        as you like: of each field the newest word by `updated_at` counts, and totals and timeline of the
        customer follow. Answers 200 with the errors of each row that was left out; correct those and send
        them again.
        """
        rows = _rows(request.data, "orders")
        with transaction.atomic():
            return _answer("orders", rows, upsert_orders(rows), "source", "number")

    @extend_schema(request=None, responses={200: OrderSerializer})
    @action(detail=True, methods=["put"])
    def cancellation(self, request: ApiRequest, pk: int) -> Response:
        """Take the order as cancelled from now on. A newer word of the shop brings it back."""
        order = cancel_order(self.get_object(), by=request.user)
        return Response(OrderSerializer(order).data)


def _rows(body: object, name: str) -> list:
    rows = body.get(name) if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise ValidationError({name: _("Give a list of 1 to %(most)s items.") % {"most": MOST}})
    return rows


def _answer(what: str, rows: list, report: OrderReport | ProductReport, *names: str) -> Response:
    refusals.keep(what, [(refusals.subject(rows[index], *names), reason) for index, reason in report.errors])
    errors = [{"index": index, "detail": reason} for index, reason in report.errors]
    return Response({"created": report.created, "updated": report.updated, "errors": errors})
