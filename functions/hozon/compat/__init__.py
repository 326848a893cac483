"""For clients that cannot be told where an archive is: what they need to work with us.

Each module is for one package, which must be installed beside Hozon; nothing in Hozon
imports them.
"""
