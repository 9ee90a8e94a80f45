"""Runs of features as a person starts them, on the fake network: what they end with and leave."""
