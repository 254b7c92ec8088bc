"""How the desk does: counted from tickets and referrals, never kept beside them."""
