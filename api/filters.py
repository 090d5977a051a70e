"""Which rows of a list: the query string, read as strictly as a body."""

from typing import TYPE_CHECKING, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.paging import KeysetPagination

if TYPE_CHECKING:  # these modules are loaded by rest_framework.views itself
    from rest_framework.views import APIView

RESERVED = {*KeysetPagination.parameters, "format"}


class QueryFilter(BaseFilterBackend):
    """A view names its parameters in `filter_serializer` and applies them in `narrow(queryset, **given)`.

    An unknown parameter is refused: a misspelt filter would answer with everybody.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet, view: "APIView") -> QuerySet:
        endpoint = cast("Endpoint", view)
        if endpoint.action != "list":
            return queryset
        serializer = getattr(view, "filter_serializer", None)
        _refuse_unknown(request, set(serializer().fields) if serializer else set())
        if serializer is None:
            return queryset
        query = serializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return endpoint.narrow(queryset, **query.validated_data)


def _refuse_unknown(request: Request, known: set[str]) -> None:
    unknown = set(request.query_params) - known - RESERVED
    if unknown:
        names = ", ".join(sorted(known | RESERVED - {"format"}))
        text = _("There is no such parameter. There are: %(names)s.") % {"names": names}
        raise ValidationError(dict.fromkeys(sorted(unknown), text))
