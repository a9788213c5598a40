"""Decisions as tables: facts in, answers out."""
