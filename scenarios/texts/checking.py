"""Whether LINE would take what a flow's step says."""

from composing import content
from scenarios.texts import repeating, variables


def check(messages: object) -> None:
    """Raise InvalidMessages unless these are 1 to 5 message objects within LINE's limits, whoever gets them.

    They may have the variables that flows have (`scenarios.texts.variables`), also in addresses; each needs a
    word for those of whom it is not known.
    """
    if isinstance(messages, list) and all(isinstance(each, dict) for each in messages):
        messages = repeating.plain(repeating.laid_out(messages))
    content.check(messages, more=variables.KNOWN)
