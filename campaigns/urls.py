from django.urls import path

from campaigns import member_views, views

urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("new/", views.new, name="campaign_new"),
    path("<int:pk>/", views.campaign, name="campaign"),
    path("<int:pk>/edit/", views.edit, name="campaign_edit"),
    path("<int:pk>/members/", member_views.members, name="campaign_members"),
    path("<int:pk>/archive/", views.archive, name="campaign_archive"),
    path("of/<str:owner>/", views.belonging, name="campaign_of"),
]
