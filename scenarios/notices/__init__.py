"""LINE notification messages: by telephone number, also to who is no friend, and at most once."""
