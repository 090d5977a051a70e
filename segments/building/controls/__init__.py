"""How values of each kind are asked for on the page: from the kind and what `given` says, never by hand.

A control turns a value into texts (what stands in its fields), texts back into the value, and both into
fields to show. Texts are a string, or for several fields a list or a dict of texts.
"""
