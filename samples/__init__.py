"""The sample company, and files of any size in every format that Partita reads: all invented.

Belongs here: what `make samples` writes, loads for benchmarks, and the writers of files that they and the
tests share. They are made after the formats' descriptions and take nothing from the readers, so that a test
compares two readings of one description. Does not: measuring (`benchmarks`) and expectations (`tests`).
"""
