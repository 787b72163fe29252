"""Tree to checked graph: names, expressions, shapes, and every mistake in them."""
