"""The sandbox in a browser: its tables, its records and its log, to be read and not to be written.

Pages are HTML alone: no scripts, nothing from elsewhere. Everything shown is escaped by `markup`, which is the only way
to make HTML here.
"""
