"""The graph: what a node is, how a saved workflow is read and checked, and how it runs."""
