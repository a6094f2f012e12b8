"""Dagster's UI for the people of this machine alone: the guard before it, and the processes behind it."""
