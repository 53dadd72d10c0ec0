"""What people do with the program, each a short function over a ledger; the window and the command line share them."""
