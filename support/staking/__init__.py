"""Votes that people lend to nodes: `orders.py` first; `views.py` is what nodes say of them."""
