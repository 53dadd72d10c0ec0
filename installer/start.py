"""What the frozen app starts with."""

import sys
from multiprocessing import freeze_support

from desktop.main import main

# An old spreadsheet is read in a process of its own, which is this program again.
freeze_support()
sys.exit(main())
