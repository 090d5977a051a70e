"""Prices of LINE, the plan of each client, the ledger of what was sent. All of it is in the public schema."""

from billing.models.budgets import Budget, BudgetAlert, BudgetLift, Reserve, usual_warnings
from billing.models.ledger import (
    LedgerEntry,
    LedgerEntryQuerySet,
    MonthUsage,
    Total,
    parts_from_json,
    parts_to_json,
)
from billing.models.prices import (
    ClientPriceTable,
    NoticePrice,
    Plan,
    PriceTable,
    Subscription,
    SubscriptionQuerySet,
    brackets_from_json,
)
from billing.models.readings import DayCount, QuotaReading

__all__ = [
    "Budget",
    "BudgetAlert",
    "BudgetLift",
    "ClientPriceTable",
    "DayCount",
    "LedgerEntry",
    "LedgerEntryQuerySet",
    "MonthUsage",
    "NoticePrice",
    "Plan",
    "PriceTable",
    "QuotaReading",
    "Reserve",
    "Subscription",
    "SubscriptionQuerySet",
    "Total",
    "brackets_from_json",
    "parts_from_json",
    "parts_to_json",
    "usual_warnings",
]
