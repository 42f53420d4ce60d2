"""Models of the plane: small enough to see through, trained in a minute."""
