"""A row of cards that fills a slide, in one line or as a serpentine."""
