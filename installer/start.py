"""What the frozen app starts with."""

import sys

from desktop.main import main

sys.exit(main())
