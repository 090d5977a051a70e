"""Free answers: their words, and the answers themselves with who gave them."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import paging
from accounts.errors import AppError
from accounts.http import Request
from surveys.models import CountedWord, Survey
from surveys.results import asked, counting
from surveys.results.asked import Asked
from surveys.results.forms import NarrowForm

MOST_WORDS = 100
READ = ["surveys.view_answer", "friends.view_friend"]


@permission_required(READ, raise_exception=True)
@require_GET
def words(request: Request, pk: int, question: str) -> HttpResponse:
    """Which words are in most answers; while they are counted the page looks again by itself."""
    survey, each = _question(pk, question)
    form, kind = NarrowForm(request.GET), request.GET.get("kind", "")
    kind = kind if kind in CountedWord.Kind.values else ""
    report = counting.report_of(survey, each.id)
    context = {"survey": survey, "asked": each, "form": form, "report": report, "kind": kind}
    context |= {"kinds": CountedWord.Kind.choices, "is_counting": counting.is_wanted(report)}
    try:
        found = counting.most_frequent(report, form.of(survey), kind, MOST_WORDS)
        context |= {"words": found, "most": found[0].count if found else 0}
    except AppError as error:
        context["problem"] = error.message
    return render(request, "surveys/results/words.html", context)


@permission_required(READ, raise_exception=True)
@require_GET
def texts(request: Request, pk: int, question: str) -> HttpResponse:
    """The free answers to a question, newest first; with `?word=` those that have a word."""
    survey, each = _question(pk, question)
    report = counting.report_of(survey, each.id)
    context: dict = {"survey": survey, "asked": each}
    answers = counting.texts(report).select_related("response__friend")
    if named := request.GET.get("word", "").replace("\0", ""):
        counted = report.words.filter(word=named[:100]).first()
        having = list(counting.answers_with(counted)) if counted else []
        answers = answers.filter(pk__in=having)
        context |= {"word": named, "beside": counting.beside(report, counted) if counted else []}
    context["page"] = paging.page(answers, paging.key(request.GET.get("before", "")))
    return render(request, "surveys/results/texts.html", context)


def _question(pk: int, question: str) -> tuple[Survey, Asked]:
    survey = get_object_or_404(Survey, pk=pk)
    each = asked.one(survey, question)
    if each is None or not each.has_texts:
        raise Http404
    return survey, each
