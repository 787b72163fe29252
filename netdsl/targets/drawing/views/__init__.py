"""What a picture shows of a network, and where on the slide it stands."""
