"""What a client's figures advise: the plan, whom to leave out, which sends cost too much for their clicks."""
