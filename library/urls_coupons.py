from django.urls import path

from library import coupon_views as views

urlpatterns = [
    path("", views.coupons, name="coupons"),
    path("refresh/", views.refresh, name="coupons_refresh"),
    path("reading/", views.reading, name="coupons_reading"),
    path("card/", views.card, name="coupon_card"),
]
