"""ComfyUI's own models as score models, and our samplers as its own."""
