"""The checked graph: what was written, together with what held at each step of each use of it."""
