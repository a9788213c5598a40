"""The sandbox carrier, tried by itself."""
