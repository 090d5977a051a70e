from django.urls import path

from library import coupon_views as views

urlpatterns = [
    path("", views.coupons, name="coupons"),
    path("refresh/", views.refresh, name="coupons_refresh"),
    path("reading/", views.reading, name="coupons_reading"),
    path("card/", views.card, name="coupon_card"),
    path("new/", views.new, name="line_coupon_new"),
    path("<slug:coupon_id>/", views.coupon, name="line_coupon"),
    path("<slug:coupon_id>/close/", views.close, name="line_coupon_close"),
]
