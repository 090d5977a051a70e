"""Commands on contracts. Whoever issues invoices says up to which month they stand on them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts import activity
from accounts.models import Tenant, User
from contracts.errors import ContractUsed, MonthClosed, MonthTaken
from contracts.models import Contract, ContractOption

LastIssued = Callable[[int], date | None]
_last_issued: list[LastIssued] = []


def register_issued(last_issued: LastIssued) -> None:
    """Tell where to ask for the newest month of a client (by id) for which an invoice is issued."""
    _last_issued.append(last_issued)


def issued_until(tenant_id: int) -> date | None:
    """The newest month that is closed by an issued invoice; None if none is."""
    months = [month for asked in _last_issued if (month := asked(tenant_id))]
    return max(months, default=None)


def hold(tenant_id: int) -> None:
    """Let nobody else change the client's contracts, or issue by them, until the transaction ends."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)


def is_used(contract: Contract) -> bool:
    """Whether an issued invoice may stand on these terms: then they are never edited."""
    until = issued_until(contract.tenant_id)
    return until is not None and contract.valid_from <= until


@transaction.atomic
def add_contract(
    tenant: Tenant, *, by: User | None, options: Sequence[dict[str, Any]] = (), **terms: Any
) -> Contract:
    """New terms from `valid_from` on. Raises MonthClosed, MonthTaken."""
    hold(tenant.pk)
    _check_month(tenant.pk, terms["valid_from"])
    contract = Contract.objects.create(tenant=tenant, created_by=by, **terms)
    _write_options(contract, options)
    activity.record("contract.created", contract, by=by, of=tenant, **_facts(contract))
    return contract


@transaction.atomic
def change_contract(
    contract: Contract, *, by: User | None, options: Sequence[dict[str, Any]] | None = None, **terms: Any
) -> Contract:
    """Correct terms that no issued invoice stands on. `options` replaces all of them; None leaves them.

    Raises ContractUsed, MonthClosed, MonthTaken.
    """
    contract = _locked(contract)
    before = _facts(contract)
    if terms.get("valid_from", contract.valid_from) != contract.valid_from:
        _check_month(contract.tenant_id, terms["valid_from"])
    for name, value in terms.items():
        setattr(contract, name, value)
    contract.save(update_fields=list(terms))
    if options is not None:
        contract.options.all().delete()
        _write_options(contract, options)
    activity.record(
        "contract.changed", contract, by=by, of=contract.tenant, before=before, after=_facts(contract)
    )
    return contract


@transaction.atomic
def take_back(contract: Contract, *, by: User | None) -> None:
    """Delete terms that no issued invoice stands on; those before them hold again. Raises ContractUsed."""
    contract = _locked(contract)
    activity.record("contract.taken_back", contract, by=by, of=contract.tenant, **_facts(contract))
    contract.delete()


def _locked(contract: Contract) -> Contract:
    hold(contract.tenant_id)
    contract = Contract.objects.select_related("tenant").get(pk=contract.pk)
    if is_used(contract):
        raise ContractUsed(month=f"{issued_until(contract.tenant_id):%Y/%m}")
    return contract


def _check_month(tenant_id: int, month: date) -> None:
    until = issued_until(tenant_id)
    if until and month <= until:
        raise MonthClosed(month=f"{until:%Y/%m}")
    if Contract.objects.filter(tenant=tenant_id, valid_from=month).exists():
        raise MonthTaken(month=f"{month:%Y/%m}")


def _write_options(contract: Contract, options: Sequence[dict[str, Any]]) -> None:
    ContractOption.objects.bulk_create(ContractOption(contract=contract, **each) for each in options)


LOGGED = (
    *("valid_from", "kind", "rate", "unit_price", "charges_free_messages", "minimum", "base_fee"),
    *("passes_monthly_fee", "currency", "payer", "rounding", "tax_rate", "shows", "counts_fees_in_return"),
)


def _facts(contract: Contract) -> dict[str, object]:
    """What the activity log keeps of terms: numbers as text, so that no digit is lost."""
    options = contract.options.values_list("name_ja", "quantity", "unit_price", "tax_rate", "month")
    told = {name: getattr(contract, name) for name in LOGGED}
    facts = {name: value if isinstance(value, bool | None) else str(value) for name, value in told.items()}
    return facts | {"options": [[str(value) for value in row] for row in options]}
