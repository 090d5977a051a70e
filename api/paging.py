"""Lists in pages that stay right while rows are added: each begins after the last row of the one before."""

import base64
import binascii
from typing import TYPE_CHECKING

import orjson
from django.core.exceptions import ValidationError as Unfit
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.paging import key

if TYPE_CHECKING:  # these modules are loaded by rest_framework.views itself
    from rest_framework.views import APIView

DEFAULT_LIMIT = 100
MAX_LIMIT = 500


class KeysetPagination(BasePagination):
    """`?limit=…&after=…`, answered as `{"items": […], "next": address or null}`. Nothing is counted.

    A view that is not read newest first names its order in `keyset`: one or two columns, the last of them
    unique, all rising or all falling.
    """

    parameters = ("limit", "after")

    def paginate_queryset(  # type: ignore[override]  # what we page is always in the database
        self, queryset: QuerySet, request: Request, view: "APIView | None" = None
    ) -> list:
        order = getattr(view, "keyset", ("-id",))
        limit = _limit(request.query_params.get("limit"))
        after = request.query_params.get("after")
        queryset = queryset.order_by(*order)
        rows = list((_after(queryset, order, after) if after else queryset)[: limit + 1])
        page = rows[:limit]
        cursor = write_cursor(page[-1], order) if len(rows) > limit else None
        self.next = cursor and replace_query_param(request.build_absolute_uri(), "after", cursor)
        return page

    def get_paginated_response(self, data: list) -> Response:
        return Response({"items": data, "next": self.next})

    def get_paginated_response_schema(self, schema: dict) -> dict:
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last.",
                },
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict]:
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "Rows on a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "after",
                "in": "query",
                "description": "From `next` of the page before.",
                "schema": {"type": "string"},
            },
        ]


def write_cursor(row: Model, order: tuple[str, ...]) -> str:
    """The place of a row in this order, for an address."""
    values = [getattr(row, name.lstrip("-")) for name in order]
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    limit = key(text)
    if not limit or limit > MAX_LIMIT:
        raise ValidationError({"limit": _("Give a whole number from 1 to %(most)s.") % {"most": MAX_LIMIT}})
    return limit


def _after(queryset: QuerySet, order: tuple[str, ...], cursor: str) -> QuerySet:
    """The rows that follow the cursor. Its first column stands alone, so that an index serves it."""
    beyond = "lt" if order[0].startswith("-") else "gt"
    names = [name.lstrip("-") for name in order]
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))
        [(first, value), *rest] = zip(names, values, strict=True)
        if not rest:
            return queryset.filter(**{f"{first}__{beyond}": value})
        [(second, tie)] = rest
        later = Q(**{f"{first}__{beyond}": value}) | Q(**{f"{second}__{beyond}": tie})
        return queryset.filter(later, **{f"{first}__{beyond}e": value})
    except (ValueError, TypeError, binascii.Error, Unfit) as error:
        raise ValidationError({"after": _("This is not a place in this list.")}) from error
