"""What is said about mistakes; every code stands in the file of its stage."""
