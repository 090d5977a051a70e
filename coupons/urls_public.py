"""A friend's own coupon, /cp/."""

from django.urls import path

from coupons import public

urlpatterns = [
    path("<int:number>/", public.door, name="coupon_door"),
    path("<str:token>/", public.coupon, name="friends_coupon"),
    path("<str:token>/use/", public.use, name="friends_coupon_use"),
]
