"""What the frozen app starts with."""

import sys
from multiprocessing import freeze_support

# An old spreadsheet is read in a process of its own, which is this program again, and needs nothing of the rest.
freeze_support()

from desktop.main import main  # noqa: E402

sys.exit(main())
