"""Codes that prove an e-mail address."""

from django.db import models

from customers.models import Customer
from linking.models.attempt import LinkAttempt


class MailedCode(models.Model):
    """Six digits on their way to a customer's address; without a customer where the address is not known.

    Such a row makes both cases look alike: what is counted, how often one may try, how long it takes.
    """

    attempt = models.ForeignKey(LinkAttempt, on_delete=models.CASCADE, related_name="mailed_codes")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="+")
    code_hash = models.CharField(max_length=64)
    sealed_code = models.BinaryField(null=True)  # until it has left
    language = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # null: nothing to send any more

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="mailedcode_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["customer", "asked_at"], name="mailedcode_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.asked_at:%Y-%m-%d %H:%M}"


def code_place(attempt_id: int) -> str:
    """What the sealed code is bound to."""
    return f"linking_mailedcode.code:{attempt_id}"
