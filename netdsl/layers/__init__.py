"""The layer kinds: one class each, with everything that is known about the kind."""
