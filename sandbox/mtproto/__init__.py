"""The MTProto server: transports, key exchange, sessions, and the cluster of data centres."""
