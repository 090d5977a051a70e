"""Webhooks of ours that come back: what we pass on says so, and is not taken again under another name."""

from urllib.parse import urlsplit

from django.conf import settings


def via() -> str:
    """The Via header of what this installation passes on. Source: RFC 9110, section 7.6.3"""
    return f"1.1 {_name()}"


def has_passed_us(header: str) -> bool:
    """Whether a request with this Via header has been here before."""
    return bool(header) and _name() in header.replace(",", " ").split()


def _name() -> str:
    return urlsplit(settings.BASE_URL).netloc
