from django.urls import path

from broadcasts.views import approving, comparing, testing

urlpatterns = [
    path("approval/", approving.approval_rules, name="approval_rules"),
    path("<int:pk>/review/", approving.review, name="broadcast_review"),
    path("<int:pk>/comments/", approving.talk, name="broadcast_talk"),
    path("<int:pk>/comments/<int:comment_pk>/", approving.answer, name="broadcast_comment"),
    path("<int:pk>/compare/", comparing.compare, name="broadcast_compare"),
    path("<int:pk>/test/", testing.test, name="broadcast_test"),
    path("<int:pk>/test/live/", testing.live, name="broadcast_test_live"),
    path("testers/", testing.testers, name="testers"),
    path("testers/found/", testing.candidates, name="tester_candidates"),
    path("testers/<int:pk>/", testing.tester, name="tester"),
    path("testers/friends/<int:pk>/", testing.friend_tester, name="friend_tester"),
]
