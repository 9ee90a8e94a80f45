"""Networks for people: what is only theirs, and the commands as processes, on simulated nodes."""
