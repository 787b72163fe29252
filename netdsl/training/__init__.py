"""Training a network as its recipe says: data, loop, checkpoints, what people see."""
