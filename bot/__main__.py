"""`python -m bot` is the same as `guidepost`."""

import sys

from bot.cli import main

sys.exit(main())
