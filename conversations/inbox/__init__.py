"""What the inbox shows: its lists, a thread's lines, the side panel."""
