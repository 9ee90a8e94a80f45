"""Long lives of networks: what people do at random, one thing after the other."""
