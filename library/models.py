"""Files that messages show: kept once, served in the sizes LINE asks for."""
