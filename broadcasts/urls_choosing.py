from django.urls import path

from broadcasts.views import choosing

urlpatterns = [
    path("<int:pk>/split-test/", choosing.split_test, name="split_test"),
    path("<int:pk>/split-test/section/", choosing.section, name="split_test_section"),
    path("<int:pk>/split-test/end/", choosing.end, name="split_test_end"),
    path("<int:pk>/split-test/decision/", choosing.decide, name="split_test_decide"),
    path("<int:pk>/variants/", choosing.add, name="variant_add"),
    path("<int:pk>/variants/<str:letter>/", choosing.variant, name="variant"),
    path("<int:pk>/variants/<str:letter>/remove/", choosing.remove, name="variant_remove"),
]
