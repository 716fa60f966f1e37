"""The same models on a second engine: a private Postgres server, raw tables in it, comparison."""
