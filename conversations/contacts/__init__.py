"""What is known of customers: cards, two that are one, blocking, handing out and erasing."""
