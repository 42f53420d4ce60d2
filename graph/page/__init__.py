"""The page format: what people save and share, read as the official page reads it."""
