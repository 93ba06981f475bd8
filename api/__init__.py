"""The HTTP service: routes, schemas (the only pydantic) and the editor's page. Comes with a later issue."""
