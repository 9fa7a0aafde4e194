"""What one can find out with the heart: data, all masks at once, training, nudging."""
