"""Lists of friends, and the ways by which friends come to them."""
