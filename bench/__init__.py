"""Measures what the suite adds to the node software, as ratios against a bare floor."""
