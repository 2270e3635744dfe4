"""What an alignment would be if nothing but chance, or nothing but shared words, were behind it."""
