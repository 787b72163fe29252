"""The checked graph as PyTorch source, and that source as a module."""
