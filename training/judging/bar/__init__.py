"""What the pocket models must reach, measured: one file for each family of lines of the table."""
