"""Alembic's entry: always works on the connection that `knowledge.migrations` has opened."""

from alembic import context

from knowledge.migrations.comparison import options

context.configure(connection=context.config.attributes["connection"], **options())
with context.begin_transaction():
    context.run_migrations()
