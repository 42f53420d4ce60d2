"""Small stand-ins for the large models."""
