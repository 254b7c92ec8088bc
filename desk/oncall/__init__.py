"""Who is on call, and calling them until somebody answers."""
