"""What friends open, below /rf/: their own page, and the invitation that others get from them."""

from django.urls import path

from referrals.views import public

urlpatterns = [
    path("i/<str:code>/", public.invitation, name="referral_invitation"),
    path("i/<str:code>/go/", public.go, name="referral_go"),
    path("<int:number>/", public.door, name="referral_door"),
    path("<str:token>/", public.own, name="referral_page"),
    path("<str:token>/share/", public.share, name="referral_share"),
    path("<str:token>/qr.svg", public.qr_code, name="referral_qr"),
]
