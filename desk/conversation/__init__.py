"""What the desk answers: one file per kind of moment in a conversation."""
