"""How long the editor's page takes over a long answer."""
