"""The house as real processes, and what happens when they die."""
