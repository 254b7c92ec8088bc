"""Getting into the console: passwords, second factors, sessions, invitations and tokens."""
