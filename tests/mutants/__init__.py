"""Faults put into the product one at a time, to see whether a test of the module notices."""
