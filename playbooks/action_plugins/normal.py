# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Takes the place of Ansible's own action for modules that have none, as Ansible allows for beside playbooks."""

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.plugin_utils.stock import StockAction


class ActionModule(StockAction):
    """Runs the modules of other collections that roles of this one call; all others as Ansible does."""
