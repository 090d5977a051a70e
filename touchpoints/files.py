"""Classes in files of scenarios: taken to another client, one has to be chosen there."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from scenarios.exchange import kinds
from scenarios.exchange.kinds import Kind
from touchpoints.models import TouchClass


class Classes(Kind):
    """Known by what the plan and the class are called: the latter alone says little."""

    def names(self, keys: Iterable[object]) -> dict[object, str]:
        found = TouchClass.objects.filter(pk__in=set(keys)).select_related("period__plan")
        return {each.pk: f"{each.period.plan.name} › {each.label}" for each in found}

    def keys(self, names: Iterable[str]) -> dict[str, list[Any]]:
        wanted = set(names)
        found: dict[str, list[Any]] = {}
        for key, name in self._open():
            if name in wanted:
                found.setdefault(name, []).append(key)
        return found

    def offered(self) -> list[tuple[str, str]]:
        return [(str(key), name) for key, name in self._open()]

    def _open(self) -> list[tuple[int, str]]:
        rows = TouchClass.objects.filter(period__closed_at=None).select_related("period__plan")
        return [(each.pk, f"{each.period.plan.name} › {each.label}") for each in rows[: kinds.OFFERED]]


kinds.register(Classes("touchpoint_class", _("Class of a touchpoint plan"), TouchClass.objects.all))
