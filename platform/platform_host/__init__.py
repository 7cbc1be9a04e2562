"""The roof: assembles the ASGI app, the worker and the command line. No rules live here."""
