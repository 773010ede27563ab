"""The pages: one module each, read top to bottom as the page looks."""
