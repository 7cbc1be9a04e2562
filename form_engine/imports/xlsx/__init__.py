"""Reads an XLSX workbook in a process of its own: a file that somebody sent must not be able to harm this one.

The modules here use the standard library only and import each other relatively, because `child` runs them without
the rest of the program: `python -I -S` starts in 30 ms, gets limits for memory and time, and is simply killed when
nobody reads on. Everything is read as a stream, so the size of a sheet does not matter. `source.XlsxSource` is the
other end of the pipe.
"""
