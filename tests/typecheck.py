"""How strictly the test run checks annotations; imported by the hook that conftest.py installs, so it imports no
clearprop.
"""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
"""As type checkers read them: an int will do where a float is asked for (PEP 484)."""
