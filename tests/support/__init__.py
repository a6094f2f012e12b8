"""Helpers of the tests: homes, ledgers, runs, and what a test says of them."""
