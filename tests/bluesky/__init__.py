"""Bluesky for real: an AT Protocol network of its own, on this machine only."""
