"""A network that runs in several lines side by side: a row for each size of the map, a column for each step."""
