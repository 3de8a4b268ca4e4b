"""From what a provider posts to messages, receipts and people."""
