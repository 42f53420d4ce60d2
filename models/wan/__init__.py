"""WAN 2.1 and 2.2, text to video, from a diffusers directory."""
