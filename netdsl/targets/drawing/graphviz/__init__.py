"""What Graphviz is for: the graph view, and DOT for anyone's own `dot`."""
