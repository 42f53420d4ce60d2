"""The weights that ship, as safetensors, each with what it takes to build its model again."""
