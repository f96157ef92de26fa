"""`python -m snowconf`, where the installed command is not on the path."""

import sys

from snowconf.cli import main

sys.exit(main())
