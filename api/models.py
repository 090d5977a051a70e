"""What the API remembers of requests, in the client's own schema: answers hold its people's data."""

from django.db import models
from django.utils import timezone


class IdempotentAnswer(models.Model):
    """The answer to a request that carried an Idempotency-Key, to be given again if it is repeated."""

    key = models.CharField(max_length=255, unique=True)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
