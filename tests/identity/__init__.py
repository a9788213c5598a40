"""Who is it: the graph, its proofs and its grants, on both databases."""
