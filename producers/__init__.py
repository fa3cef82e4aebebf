"""From a partner's answer to facts on Kafka: transports, landing, decoders, identity, publishing."""
