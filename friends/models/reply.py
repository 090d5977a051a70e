from django.db import models

from friends.models.friend import Friend


class Reply(models.Model):
    """An answer owed to a friend who wrote or tapped; gone once given.

    LINE takes a reply token once, so that giving the answer twice does no harm.
    """

    friend = models.ForeignKey(Friend, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=100, unique=True)
    composer = models.CharField(max_length=40)
    about = models.IntegerField(null=True)  # what the composer answers with: a rule's number, for example
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at"]
        indexes = [models.Index(fields=["due_at"], name="reply_due")]

    def __str__(self) -> str:
        return f"{self.composer} to {self.friend_id}"
