"""References trained here from random weights, on texts and pictures of the world."""
