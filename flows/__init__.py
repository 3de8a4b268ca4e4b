"""Bot flows: what they are (`document`), what they do (`nodes`, `engine`), and how they begin (`triggers`)."""
