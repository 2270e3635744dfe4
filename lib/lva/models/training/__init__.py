"""References trained here, from nothing, on texts and pictures of the world."""
