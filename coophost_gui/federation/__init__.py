"""Collectives that host together: who they are, what they decide, what they share.

Everything is plain files in one folder (``record.py``) that can be read without us.
"""
