"""Training: what a toy network learns from, and the command that rebuilds every weight that ships."""
