from django.urls import path

from billing.views import adjusting, budgets, entries, month, plan, quota

urlpatterns = [
    path("plan/", plan.plan, name="cost_plan"),
    path("plan/change/", plan.change, name="cost_plan_change"),
    path("plan/take-back/", plan.take_back, name="cost_plan_take_back"),
    path("", month.cost, name="cost"),
    path("of-owner/", month.owner_cost, name="owner_cost"),
    path("entries/", entries.entries, name="ledger_entries"),
    path("entries/file/", entries.entries_file, name="ledger_file"),
    path("entries/adjust/", adjusting.adjust, name="ledger_adjust"),
    path("quota/", quota.quota, name="cost_quota"),
    path("quota/live/", quota.quota_live, name="cost_quota_live"),
    path("budgets/", budgets.budgets, name="cost_budgets"),
    path("budgets/new/", budgets.new, name="cost_budget_new"),
    path("budgets/strip/", budgets.strip, name="budget_strip"),
    path("budgets/reserve/", budgets.keep_back, name="cost_reserve"),
    path("budgets/<int:pk>/", budgets.budget, name="cost_budget"),
    path("budgets/<int:pk>/delete/", budgets.delete, name="cost_budget_delete"),
    path("budgets/<int:pk>/lift/", budgets.lift, name="cost_budget_lift"),
]
