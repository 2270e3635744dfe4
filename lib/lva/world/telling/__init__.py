"""The world in words and pictures: the texts and captions that references learn from."""
