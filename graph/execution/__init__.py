"""Running a plan: what has to run, one node's life, and the values in between."""
