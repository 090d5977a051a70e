"""Forms of the pages of segments."""
