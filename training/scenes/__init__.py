"""Small pictures that our own code draws, with captions: what the pocket models learn from."""
