"""ComfyUI's V1 contract, both ways: our definitions as its classes, its classes as our definitions."""
