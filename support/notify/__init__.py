"""Telling people of a verdict: what is news, its words, and the way to them."""
