"""What packs import of ComfyUI, made small.

Each module here stands for one of ComfyUI's and has what a node needs to run: the graph builder,
progress, folders. It has nothing of models. A pack that needs more fails to import and is named.
"""
