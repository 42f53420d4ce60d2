"""Pocket models: small networks over 64×64 scenes, trained from nothing by `scorefield train`."""
