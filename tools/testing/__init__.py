"""Running the tests: bring their servers, start pytest, say what was left out."""
