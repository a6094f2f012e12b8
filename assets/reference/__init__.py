"""Reference data: the CSV files that people edit, checked as a whole before they take effect.

Belongs here: what each file must look like, rules across the files, and the settings. Does not: what the
other stages do with them.
"""
