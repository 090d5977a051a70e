"""Conditions about our messages: who got them, who clicked in them, how many somebody got.

Who got a message is known of all that went to a list of ours. Whom LINE chose by what only LINE knows, nobody
can say: that is a question for `Opened`, which LINE itself answers. Importing the package registers them.
"""

from broadcasts.leaves import clicked, messages, opened, received

__all__ = ["clicked", "messages", "opened", "received"]
