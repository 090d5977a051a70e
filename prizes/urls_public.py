"""What friends open, below /p/."""

from django.urls import path

from prizes.views import public

urlpatterns = [
    path("draw/<int:number>/", public.lottery_door, name="lottery_door"),
    path("draw/<str:token>/", public.draw, name="lottery_page"),
    path("draw/<str:token>/address/<int:number>/", public.tell_address, name="lottery_address"),
    path("proof/<str:commitment>/", public.proof, name="lottery_proof"),
    path("proof/<str:commitment>/file/", public.proof_file, name="lottery_proof_file"),
    path("points/<int:number>/", public.points_door, name="points_door"),
    path("points/<str:token>/", public.enter, name="points_page"),
]
