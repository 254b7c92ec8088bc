"""A desk that looks as if people had worked at it for months, to try the console and to measure it."""
