"""What is made of a checked graph: source, tables, drawings."""
