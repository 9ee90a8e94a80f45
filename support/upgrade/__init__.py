"""Networks that decide on their next release, and go on with it."""
