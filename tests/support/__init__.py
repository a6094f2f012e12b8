"""Helpers shared by tests and benchmarks: they write inputs and never import the product's readers."""
