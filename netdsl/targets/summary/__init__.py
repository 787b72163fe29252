"""The table of a network: each layer with its name in the checkpoint, shape, size, work and receptive field."""
