"""The mathematics of diffusion: schedules, predictions, fields, guidance, one step formula, the loop."""
