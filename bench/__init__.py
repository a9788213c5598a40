"""Measurements against floors: how dear the house is, compared with the least that it could be.

A figure is never a bare number of milliseconds, for machines differ and are busy with other
things. Ours and its floor are measured alternately in one run, and what counts is their ratio.
Where nothing could be a floor, a budget stands in its place, and the figure says so.
"""
