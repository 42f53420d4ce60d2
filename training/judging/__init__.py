"""The judge of the pocket models: classifiers trained apart from all that ships, and what they measure."""
