"""Which browser an attempt began in: a random word in a cookie of ours, for as long as an attempt lasts.

Without it, somebody could begin to link and have another person finish. It says nothing about who it is.
"""

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from linking.models import LinkAttempt, hashed

SECONDS = 60 * 60
WORD = re.compile(r"[\w-]{43}", re.ASCII)


def name() -> str:
    """With the prefix, no other host can set it: a neighbour's page cannot choose the word."""
    return "__Host-musubi-link" if settings.HTTPS else "musubi-link"


def word_of(request: HttpRequest) -> str:
    """What this browser was given, or "" ."""
    word = request.COOKIES.get(name(), "")
    return word if WORD.fullmatch(word) else ""


def new_word() -> str:
    return secrets.token_urlsafe(32)


def mark(response: HttpResponse, word: str) -> HttpResponse:
    """Lax, since it must come along when LINE sends the browser back."""
    response.set_cookie(
        name(), word, max_age=SECONDS, path="/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


def is_of(attempt: LinkAttempt, word: str) -> bool:
    return bool(word) and constant_time_compare(attempt.browser_hash, hashed(word))
