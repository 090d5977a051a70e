"""Sections of reports: each reads its figures once, and tells them as blocks in any language.

`gather(scope)` gives what can be kept as JSON, or None where there is nothing of the kind; `show(data, told)`
makes of it what pages, PDF and Excel draw. What is kept names no language.
"""
