"""How LINE reaches the friends of a tree: the plan, and the audiences it needs."""
