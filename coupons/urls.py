from django.urls import path

from coupons.views import codes, pages, people, results, till

urlpatterns = [
    path("", pages.coupons, name="own_coupons"),
    path("new/", pages.new, name="own_coupon_new"),
    path("scan/", till.scan, name="coupon_scan"),
    path("scan/redeem/", till.redeem, name="coupon_redeem"),
    path("uses/<int:pk>/", till.used, name="coupon_used"),
    path("friends/<int:pk>/", people.of_friend, name="friend_coupons"),
    path("friends/<int:pk>/give/", people.give_friend, name="friend_coupon_give"),
    path("tickets/<int:pk>/withdraw/", people.withdraw, name="coupon_withdraw"),
    path("gifts/<int:pk>/stop/", people.stop, name="coupon_gift_stop"),
    path("<int:pk>/", pages.coupon, name="own_coupon"),
    path("<int:pk>/edit/", pages.edit, name="own_coupon_edit"),
    path("<int:pk>/copy/", pages.copy, name="own_coupon_copy"),
    path("<int:pk>/codes/", codes.codes, name="own_coupon_codes"),
    path("<int:pk>/codes/add/", codes.add, name="own_coupon_codes_add"),
    path("<int:pk>/codes/make/", codes.make, name="own_coupon_codes_make"),
    path("<int:pk>/codes/upload/", codes.upload, name="own_coupon_codes_upload"),
    path("<int:pk>/codes/file/", codes.file, name="own_coupon_codes_file"),
    path("<int:pk>/people/", people.people, name="own_coupon_people"),
    path("<int:pk>/give/", people.give, name="own_coupon_give"),
    path("<int:pk>/give/progress/", people.progress, name="own_coupon_progress"),
    path("<int:pk>/results/", results.results, name="own_coupon_results"),
    path("<int:pk>/results/file/", results.file, name="own_coupon_results_file"),
    path("<int:pk>/<str:verb>/", pages.act, name="own_coupon_act"),
]
