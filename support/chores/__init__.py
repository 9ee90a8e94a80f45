"""What ``python -m support`` can do: one module per chore.

A module's docstring is the chore's help, ``NAME`` its word, ``add_arguments`` says what it may
be told, and ``run`` does it and returns the exit code. What is heavy is imported inside ``run``,
so that ``sweep`` and ``--help`` do not wait for chain libraries.
"""
