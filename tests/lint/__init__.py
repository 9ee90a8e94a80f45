"""Judges the project's own text: the features, and what the sentences and rooms are made of.

It stands with the tests and not in support/, because no run needs it and nothing may lean on it.
"""
