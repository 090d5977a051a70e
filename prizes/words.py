"""Moments in the words of refusals and rules."""

from datetime import datetime

from django.utils import timezone


def when(moment: datetime) -> str:
    """2026/11/20 14:05 in the client's time zone."""
    return timezone.localtime(moment).strftime("%Y/%m/%d %H:%M")
