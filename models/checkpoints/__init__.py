"""Model files as found on a disk: where they lie, what they are, and whether they can be trusted to be it."""
