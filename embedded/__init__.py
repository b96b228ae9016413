"""The house on one machine: PostgreSQL and Valkey from their wheels, the processes, the first-time set-up.

Not a Django app, and it imports none: it starts `manage.py` and the servers as processes and hands them their
settings as environment variables, as any production would. Production itself: docs/operations.md.
"""
