"""Routes, one module an area. Each is thin: access, a call of the store, a page or a record."""
