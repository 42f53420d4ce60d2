"""A running ComfyUI, or a server that speaks as it does: send a workflow, follow it, fetch what it made."""
