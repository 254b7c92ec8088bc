"""How the desk does: counted from tickets and their histories, never kept beside them."""
