"""Walks by diffusers' schedulers: of any score model, or as the pipeline that it was published with."""
