"""Detection: which files wait in the inbox, what they are called for ever, and where they end up.

Belongs here: masks, files still growing, content hashes, partition keys, and moving a file after its
import. Does not: what stands in a file.
"""
