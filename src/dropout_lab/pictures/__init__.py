"""Element trees of networks, matrices, listings and tables; they know no widgets and no matplotlib."""
