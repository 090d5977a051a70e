"""Referral programmes on the dashboard."""

from django.urls import path

from referrals.views import pages, people

urlpatterns = [
    path("", pages.programmes, name="referral_programmes"),
    path("new/", pages.new, name="referral_programme_new"),
    path("friends/<int:pk>/", people.of_friend, name="friend_referrals"),
    path("referral/<int:pk>/", people.referral, name="referral"),
    path("referral/<int:pk>/<str:verb>/", people.decide, name="referral_decide"),
    path("inviter/<int:pk>/", people.inviter, name="referral_inviter"),
    path("reward/<int:pk>/again/", people.again, name="referral_again"),
    path("<int:pk>/", pages.programme, name="referral_programme"),
    path("<int:pk>/edit/", pages.edit, name="referral_programme_edit"),
    path("<int:pk>/publish/", pages.publish, name="referral_programme_publish"),
    path("<int:pk>/copy/", pages.copy, name="referral_programme_copy"),
    path("<int:pk>/people/", people.people, name="referral_people"),
    path("<int:pk>/inviters/", people.inviters, name="referral_inviters"),
    path("<int:pk>/rewards/again/", people.again_all, name="referral_again_all"),
    path("<int:pk>/file/", people.file, name="referral_file"),
    path("<int:pk>/<str:verb>/", pages.act, name="referral_programme_act"),
]
