"""What was written: the syntax tree, as frozen data. Nodes are equal only to themselves, so they serve as keys."""
