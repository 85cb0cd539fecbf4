from tests.sandbox.mtproto.clients import ann, clients, cluster, faults, town

__all__ = ["ann", "clients", "cluster", "faults", "town"]
