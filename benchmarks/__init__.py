"""Generators of the sample company and of load, for benchmarks, demonstrations and tests."""
