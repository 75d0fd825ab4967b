"""Cache subnet groups: the operations that moto lacks."""

from __future__ import annotations

from typing import Any


def install() -> None:
    """Put the additions into moto."""
    from moto.core.responses import ActionResult, EmptyResult
    from moto.elasticache.exceptions import ElastiCacheException
    from moto.elasticache.models import CacheSubnetGroup
    from moto.elasticache.responses import ElastiCacheResponse

    def delete_cache_subnet_group(self: Any) -> Any:
        """Delete a subnet group that no replication group uses."""
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        group = backend.describe_cache_subnet_groups(name)[0]
        users = [
            user.replication_group_id
            for user in backend.replication_groups.values()
            if user.cache_subnet_group_name == name
        ]
        if users:
            error = ElastiCacheException(f"Cache subnet group {name} is currently in use by {', '.join(users)}.")
            error.code = "CacheSubnetGroupInUse"
            raise error
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        del backend.cache_subnet_groups[name]
        return EmptyResult()

    def modify_cache_subnet_group(self: Any) -> Any:
        """Change a subnet group's description and subnets."""
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        old = backend.describe_cache_subnet_groups(name)[0]
        backend.cache_subnet_groups[name] = CacheSubnetGroup(
            backend.account_id,
            backend.region_name,
            name,
            self._get_param("CacheSubnetGroupDescription") or old.cache_subnet_group_description,
            self._get_param("SubnetIds") or old.subnet_ids,
            old.tags,
        )
        return ActionResult({"CacheSubnetGroup": backend.cache_subnet_groups[name]})

    owner: Any = ElastiCacheResponse
    owner.delete_cache_subnet_group = delete_cache_subnet_group
    owner.modify_cache_subnet_group = modify_cache_subnet_group
