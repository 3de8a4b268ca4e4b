"""Bot flows. Nothing stands here yet: the floor is laid so that imports stay in order."""
