"""Tests of Partita; shared helpers live in `tests.support`."""
