"""Lists of hosts: the same profile in the words of each, and whether it stands there by now.

Each module here is one list: ``tells(profile)`` is what of a profile that list can say,
``write`` says it in the list's own form, and ``parse(write(x)) == tells(x)``.
"""
