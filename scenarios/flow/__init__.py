"""A flow: trigger, condition, exits, goal, steps. Read from JSON, checked, said in words, walked through."""
