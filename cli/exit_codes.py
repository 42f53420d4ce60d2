"""How the process says what became of it."""

DONE = 0
FAILED = 1
INVALID = 2
INTERRUPTED = 130

OF_STATUS = {"done": DONE, "failed": FAILED, "invalid": INVALID, "interrupted": INTERRUPTED}
