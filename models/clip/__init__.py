"""CLIPs of transformers: any `CLIPModel` in a folder, as two towers."""
