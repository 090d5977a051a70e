"""Signing in."""

from django.contrib.auth.backends import BaseBackend

from accounts import permissions
from accounts.models import User


class MembershipBackend(BaseBackend):
    """Signs in by e-mail and password; rights come from memberships, never from being a superuser."""

    def authenticate(
        self, request, email: str | None = None, username: str | None = None, password=None, **_
    ):
        user = User.objects.filter(email=(email or username or "").lower(), is_active=True).first()
        if user is None:
            User().set_password(password)  # the same work as for a known address, so that time tells nothing
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int):
        return User.objects.prefetch_related("memberships").filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj, obj=None) -> set[str]:
        return set(permissions.of(user_obj))

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        return user_obj.is_active and permissions.is_granted(user_obj, perm)
