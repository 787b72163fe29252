"""What layers and the words of a recipe have in common: a schema, its words, its manual."""
