"""The models: what predicts, encodes and decodes."""
