"""Training the pocket models: what each learns, and the loop that can be killed at any moment."""
