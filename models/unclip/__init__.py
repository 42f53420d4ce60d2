"""Models of unCLIP: a prior from text to the vector of a picture, and decoders from there to pictures."""
