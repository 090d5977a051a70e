"""What a survey asks, as JSON: read, checked, answered and said in words. No database, no requests.

A survey is a list of questions, asked in this order unless an option or a question leads on to a later one:

    {"id": "q1", "type": "single", "title": "お肌のお悩みは？", "required": true,
     "options": [{"id": "a", "words": "乾燥", "tag": 3}, {"id": "b", "words": "なし", "next": "end"}]}

`language.Question` names every value. Ids keep their meaning over all versions of a survey.
"""

from surveys.questions.language import END, OTHER, Option, Question, read
from surveys.questions.said import Said

__all__ = ["END", "OTHER", "Option", "Question", "Said", "read"]
