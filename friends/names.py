"""Names as they are searched: without differences of width, case, kana and spaces, by any part of them.

The database folds names and keeps their single characters and pairs of neighbours in an index (migration
0003), since it has no trigrams and Japanese has no spaces between words.
"""

from django.db import models
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan


def says(text: str) -> models.Q:
    """Friends of whose names this is a part. An empty text is in every name."""
    sought = models.Func(models.Value(text), function="friends_folded", output_field=models.TextField())
    # The index finds who has all the pairs; the second condition, who has them in this order.
    has_all = models.Func(
        models.Func("folded_name", function="friends_grams"),
        models.Func(sought, function="friends_sought"),
        template="%(expressions)s",
        arg_joiner=" @> ",
        output_field=models.BooleanField(),
    )
    return models.Q(has_all) & models.Q(GreaterThan(StrIndex("folded_name", sought), 0))
