"""From a network to its stages: what a lecturer would draw as one box, and how often."""
