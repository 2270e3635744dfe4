"""To and from MiniGrid: environments, states, BabyAI's bot, Minari."""
