"""The words of a recipe: `train NAME for NET { … }`."""
