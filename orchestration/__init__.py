"""What makes Partita a Dagster project, and the command line.

Belongs here: definitions, partitions, sensors, jobs, resources, and the commands that people type. Does
not: what is computed (see `assets`).
"""
