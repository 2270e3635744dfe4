"""The compiled world: arrays in, arrays out."""
