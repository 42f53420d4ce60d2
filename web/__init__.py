"""For pages: help for every node (`docs/<node id>.md`), the script ComfyUI loads, and the gallery's frame."""
