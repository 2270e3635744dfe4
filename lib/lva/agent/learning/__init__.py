"""How an agent learns from demonstrations."""
