"""What customers agree to, such as mails or ads: what they said, when, and how that is known.

An app that asks for a consent has a model (`models.Consent`) and a `keeping.Purpose`, which knows when one
statement outdoes another. Its kind of file (`files`), its endpoint (`api`) and its part of a customer's page
(`views`) are made of these.
"""
