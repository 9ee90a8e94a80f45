"""Runs that end before their time: nothing of theirs may stay, and nothing of others may go."""
