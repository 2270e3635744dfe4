"""The models that the agent is compared with: trained here, or from the hub; their embeddings."""
