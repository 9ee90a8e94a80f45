"""The page that people read after a run: one file, made from the story of the run alone."""
