"""Lotteries and point campaigns."""

from django.urls import path

from prizes.views import friends, lotteries, points, winners

urlpatterns = [
    path("", lotteries.lotteries, name="lotteries"),
    path("new/", lotteries.new, name="lottery_new"),
    path("<int:pk>/", lotteries.lottery, name="lottery"),
    path("<int:pk>/edit/", lotteries.edit, name="lottery_edit"),
    path("<int:pk>/expected/", lotteries.expected, name="lottery_expected"),
    path("<int:pk>/act/<str:name>/", lotteries.act, name="lottery_act"),
    path("<int:pk>/odds/", lotteries.new_odds, name="lottery_odds"),
    path("<int:pk>/draws/", lotteries.draws, name="lottery_draws"),
    path("<int:pk>/winners/", winners.winners, name="lottery_winners"),
    path("<int:pk>/winners/mark/", winners.mark, name="lottery_mark"),
    path("<int:pk>/winners/file/", winners.winners_file, name="lottery_winners_file"),
    path("<int:pk>/winners/<int:number>/", winners.win, name="lottery_win"),
    path("<int:pk>/winners/<int:number>/address/", winners.address, name="lottery_win_address"),
    path("points/", points.point_campaigns, name="point_campaigns"),
    path("points/new/", points.new, name="point_campaign_new"),
    path("points/<int:pk>/", points.point_campaign, name="point_campaign"),
    path("points/<int:pk>/edit/", points.edit, name="point_campaign_edit"),
    path("points/<int:pk>/act/<str:name>/", points.act, name="point_campaign_act"),
    path("points/<int:pk>/entries/", points.entries, name="point_entries"),
    path("points/<int:pk>/lists/<int:number>/", points.delivery_list, name="delivery_list"),
    path("points/<int:pk>/lists/<int:number>/approve/", points.approve, name="delivery_list_approve"),
    path("points/<int:pk>/lists/<int:number>/results/", points.take_results, name="delivery_results"),
    path("points/<int:pk>/lists/<int:number>/file/", points.delivery_file, name="delivery_file"),
    path("of/<int:pk>/", friends.of_friend, name="friend_prizes"),
]
