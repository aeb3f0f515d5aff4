"""``python -m anychip``."""

import sys

from anychip.cli.main import main

sys.exit(main())
