"""``python -m support run``: many features at once, each in a process of its own, one verdict."""
