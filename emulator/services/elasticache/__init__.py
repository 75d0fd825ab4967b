"""What the emulator knows of ElastiCache: replication groups, their nodes and endpoints, and what moto lacks.

moto keeps a replication group as one record whose nodes cannot be read, ignores the number of nodes and most of
ModifyReplicationGroup, never finishes a deletion, and has no DeleteCacheSubnetGroup, ModifyCacheSubnetGroup,
IncreaseReplicaCount and DecreaseReplicaCount.
"""
