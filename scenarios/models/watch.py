"""What a scenario's trigger has seen so far, and who is to come in next."""

from django.db import models
from django.db.models.functions import Now

from scenarios.models.scenario import Scenario


class Watch(models.Model):
    """What the trigger of a published scenario remembers. What happened before `since` lets nobody in."""

    scenario = models.OneToOneField(Scenario, models.CASCADE, primary_key=True, related_name="watch")
    trigger = models.JSONField()  # of which all this is remembered; another one begins anew
    since = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True)  # when time alone may let somebody in
    done_at = models.DateTimeField(null=True)  # the newest moment of its clock that was seen to
    # Of a watched segment: who was in it, by which conditions, and how often it was looked at.
    members = models.BinaryField(null=True)
    asked = models.CharField(max_length=64, blank=True)
    looks = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="watch_due", condition=models.Q(due_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.due_at}"


class Candidate(models.Model):
    """Somebody who is to come in, if the scenario takes them: written many at once, let in by portions."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="candidates")
    friend_id = models.IntegerField(null=True)
    customer_id = models.IntegerField(null=True)
    subject = models.CharField(max_length=200, blank=True, db_default="")
    context = models.JSONField(db_default=models.Value({}, models.JSONField()))
    key = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.key}"


class Supply(models.Model):
    """How much of a product there was since it last came back in stock, and how many people were told."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="supplies", db_index=False)
    product = models.ForeignKey("shops.Product", models.CASCADE, related_name="+")
    came = models.IntegerField(default=0)  # pieces
    told = models.IntegerField(default=0)  # people
    stock = models.IntegerField(default=0)  # as it was last seen

    class Meta:
        constraints = [models.UniqueConstraint(name="supply_once", fields=["scenario", "product"])]

    def __str__(self) -> str:
        return f"{self.scenario_id} {self.product_id} {self.told}/{self.came}"
