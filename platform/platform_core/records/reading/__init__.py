"""Reading: what one actor gets to see of stored records."""
