"""The voice gateway."""
