"""How a training ends before its time."""


class Halted(Exception):
    """It cannot go on: what happened, what was kept, and the way out, in words for the user."""
