"""Networks for people: who owns them between two commands, and how they are asked."""
