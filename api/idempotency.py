"""A POST that may be repeated: with the header Idempotency-Key it takes effect once in 24 hours.

The answer is kept in the transaction of the effect itself, so that neither is ever there without the other:
after a crash, a repeat either finds both or starts afresh. A refused request changes nothing and is not kept.
"""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import orjson
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import current
from api.models import IdempotentAnswer

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
SWEPT_AT_ONCE = 100


class KeyReused(APIException):
    """The key came before with another request."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used for a different request. Use a new key for each.")


class KeyInUse(APIException):
    """The first request with this key is still under way."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_key_in_use"
    default_detail = _("The first request with this Idempotency-Key is still under way. Try again shortly.")
    wait = 1  # seconds; becomes Retry-After


class AnsweredBefore(Exception):
    def __init__(self, answer: IdempotentAnswer) -> None:
        self.answer = answer


if TYPE_CHECKING:
    from rest_framework.views import APIView as View
else:
    View = object


class Idempotent(View):
    """Mixed into every endpoint where it is mounted."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method != "POST" or HEADER not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if status.is_success(response.status_code):
                _keep(request, cast("Response", response))
            else:
                transaction.set_rollback(True)
        return response

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Once the caller is known and may do this: answer a repeat, or hold the key until the end."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and HEADER in request.headers:
            _claim(request)

    def handle_exception(self, error: Exception) -> Response:
        if not isinstance(error, AnsweredBefore):
            return super().handle_exception(error)
        answer = error.answer
        return Response(orjson.loads(answer.body), answer.status, headers={"Idempotency-Replayed": "true"})


def _claim(request: Request) -> None:
    """Raises AnsweredBefore, KeyReused, KeyInUse."""
    key = _key(request)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{current.schema()} api {key}"],
        )
        if not cursor.fetchone()[0]:
            raise KeyInUse
    answer = _kept().filter(key=key).first()
    if answer and answer.request_hash != _hash(request):
        raise KeyReused
    if answer:
        raise AnsweredBefore(answer)


def _keep(request: HttpRequest, response: Response) -> None:
    """Store the answer, unless it is itself a repeat; and forget some that are too old."""
    if "Idempotency-Replayed" in response.headers:
        return
    IdempotentAnswer.objects.update_or_create(
        key=_key(request),
        defaults={
            "request_hash": _hash(request),
            "status": response.status_code,
            "body": response.rendered_content.decode() or "null",
            "created_at": timezone.now(),
        },
    )
    _sweep()


def _kept():
    return IdempotentAnswer.objects.filter(created_at__gt=timezone.now() - KEPT_FOR)


def _sweep() -> None:
    old = IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
    some = old.select_for_update(skip_locked=True).values("pk")[:SWEPT_AT_ONCE]
    IdempotentAnswer.objects.filter(pk__in=list(some.values_list("pk", flat=True))).delete()


def _key(request: HttpRequest | Request) -> str:
    key = request.headers[HEADER]
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise ValidationError({HEADER: _("Give 1 to 255 printable characters.")})
    return key


def _hash(request: HttpRequest | Request) -> str:
    """Of address and body; of a form its parts, so that a large file need not stand in memory."""
    digest = hashlib.sha256(f"{request.path}\n".encode())
    if (request.content_type or "").startswith("multipart/form-data"):
        _add_parts(digest, request)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _add_parts(digest: "hashlib._Hash", request: HttpRequest | Request) -> None:
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
