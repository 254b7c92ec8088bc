"""What members of the desk do with tickets, from Slack, Telegram, the console or a program alike.

Every use case takes the desk, the ticket and the member who acts, changes rows, shows the coordinators' card anew and
never commits.
"""
