"""What came of a survey: totals, cross tables, words of free texts, files, winners.

Everything is asked of the answers as they are at that moment, but words, which are counted by a job.
"""
