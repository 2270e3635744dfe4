"""The browser of nearest neighbours."""
