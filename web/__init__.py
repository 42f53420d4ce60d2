"""What ComfyUI's page gets of the pack: a help page for every node, `docs/<node id>.md`."""
