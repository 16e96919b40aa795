"""`_`: every sentence a user reads passes through here, so that it can be said in their language.

English is the source language. Catalogues live in `locale/<language>/LC_MESSAGES/clearprop.mo`; where there is none,
the English sentence itself is shown.
"""

import gettext
from pathlib import Path

_catalogue = gettext.translation("clearprop", Path(__file__).parent / "locale", fallback=True)

_ = _catalogue.gettext
ngettext = _catalogue.ngettext
