"""The way to the servers: everything that imports paramiko and docker.

Both load helpers, if they are there, that are of no use to us: invoke, for one line of
paramiko's reader of OpenSSH's configuration (ours is another), and two guessers of a text's
letters, for answers that do not say (the Engine's are UTF-8).  Ten megabytes less.
"""

import sys
import warnings

for _unused in ("invoke", "chardet", "charset_normalizer"):
    sys.modules.setdefault(_unused, None)  # type: ignore[arg-type]
warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
