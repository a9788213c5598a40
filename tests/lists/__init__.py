"""Lists of contacts: read, taken in, undone, written out, forgotten."""
