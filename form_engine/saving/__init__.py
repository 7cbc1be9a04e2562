"""What forms add to every save, whichever door it comes through."""
