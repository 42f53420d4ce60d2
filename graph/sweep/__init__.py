"""Many runs of one workflow: what varies, what they are called, and a folder that survives a kill."""
