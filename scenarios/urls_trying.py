from django.urls import URLPattern, URLResolver, path

from scenarios.views import exchange, people, trying

urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", exchange.take, name="scenario_import"),
    path("<int:pk>/export/", exchange.export, name="scenario_export"),
    path("<int:pk>/dry-run/", trying.dry_run, name="scenario_dry_run"),
    path("<int:pk>/dry-run/friends/", trying.friends, name="scenario_dry_run_friends"),
    path("<int:pk>/test/", trying.test, name="scenario_test"),
    path("<int:pk>/test/live/", trying.live, name="scenario_test_live"),
    path("<int:pk>/test/<int:entry>/", trying.tester, name="scenario_tester"),
    path("<int:pk>/entries/", people.entries, name="scenario_entries"),
    path("<int:pk>/entries/friends/", people.friends, name="scenario_entry_friends"),
    path("<int:pk>/entries/<int:entry>/out/", people.take_out, name="scenario_entry_out"),
    path("friends/<int:pk>/", people.of_friend, name="friend_scenarios"),
    path("customers/<int:pk>/", people.of_customer, name="customer_scenarios"),
]
