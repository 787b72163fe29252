"""A scene in the formats of the world."""
