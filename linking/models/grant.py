"""What LINE Login allowed us of a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoginGrant(models.Model):
    """A friend's tokens of LINE Login, kept to take the permission back when they unlink.

    The access token is good for 30 days, the refresh token for 90.
    Source: https://developers.line.biz/en/docs/line-login/development-guidelines/
    """

    friend = models.OneToOneField(
        "friends.Friend", on_delete=models.CASCADE, related_name="login_grant", verbose_name=_("friend")
    )
    sealed_access_token = models.BinaryField()
    sealed_refresh_token = models.BinaryField(null=True)
    access_until = models.DateTimeField()
    refresh_until = models.DateTimeField(null=True)
    granted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("permission by LINE Login")
        verbose_name_plural = _("permissions by LINE Login")

    def __str__(self) -> str:
        return str(self.friend)


def access_token_place(friend_id: int) -> str:
    """What the sealed access token is bound to."""
    return f"linking_logingrant.access_token:{friend_id}"


def refresh_token_place(friend_id: int) -> str:
    return f"linking_logingrant.refresh_token:{friend_id}"
