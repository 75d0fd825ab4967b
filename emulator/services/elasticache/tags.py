"""The tags of replication groups, which their nodes share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.patching import wrap
from emulator.services.elasticache import durations, users
from emulator.services.elasticache.nodes import node_arn, replicate_tags
from emulator.services.elasticache.parameters import found_group, own_groups
from emulator.services.elasticache.refusals import require_idle
from emulator.transitions import passes_through

# those that moto does not know: each refuses one that is not there
LOOKS: dict[str, Callable[[Any, str], Any]] = {"parametergroup": found_group, "usergroup": users.found}


def change_tags(backend: Any, arn: str, change: Callable[[], Any]) -> None:
    """Change the tags of a group and of its nodes; AWS refuses it while it is busy, and is busy with it for a while."""
    groups = [group for group in backend.replication_groups.values() if group.arn == arn]
    for group in groups:
        require_idle(group)
    change()
    for group in groups:
        replicate_tags(backend, group)
        passes_through(group, "modifying", durations.GROUP_CHANGE_SEEN, durations.GROUP_TAGGING)


def _install_tags_reading() -> None:
    from moto.elasticache.models import ElastiCacheBackend

    @wrap(ElastiCacheBackend, "list_tags_for_resource")
    def list_tags_for_resource(original: Any, self: Any, arn: str) -> Any:
        """Refuse while the group is not available, as AWS documents."""
        for group in self.replication_groups.values():
            if group.arn == arn:
                require_idle(group)
        kind, name = arn.split(":")[5:7]
        if kind in LOOKS:
            LOOKS[kind](self, name)
            return self.tagging_service.list_tags_for_resource(arn)
        return original(self, arn)

    @wrap(ElastiCacheBackend, "iter_tagged_resources")
    def iter_tagged_resources(original: Any, self: Any) -> Any:
        """List the nodes too, which AWS tags like their group, parameter groups and user groups."""
        from moto.core.resource_tagging import TaggedResource

        yield from original(self)
        for group in self.replication_groups.values():
            for node_id in group.member_clusters:
                arn = node_arn(group, node_id)
                tags = self.tagging_service.get_tag_dict_for_resource(arn)
                yield TaggedResource(arn=arn, tags=tags, resource_type="elasticache:cluster")
        for group in [*own_groups(self), *users.groups_of(self).values()]:
            arn = group["ARN"]
            tags = self.tagging_service.get_tag_dict_for_resource(arn)
            yield TaggedResource(arn=arn, tags=tags, resource_type=f"elasticache:{arn.split(':')[5]}")


def _install_tags_writing() -> None:
    from moto.elasticache.models import ElastiCacheBackend

    @wrap(ElastiCacheBackend, "add_tags_to_resource")
    def add_tags_to_resource(original: Any, self: Any, arn: str, tags: Any) -> None:
        """Tag the nodes of a group with it."""
        change_tags(self, arn, lambda: original(self, arn, tags))

    @wrap(ElastiCacheBackend, "remove_tags_from_resource")
    def remove_tags_from_resource(original: Any, self: Any, arn: str, tags: Any) -> None:
        """Untag the nodes of a group with it."""
        change_tags(self, arn, lambda: original(self, arn, tags))


def install() -> None:
    """Put the additions into moto."""
    _install_tags_reading()
    _install_tags_writing()
