# Copyright: (c) 2026, StreamFlix platform team
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# Written by tests/tools/module_files.py.

from __future__ import annotations

from ansible_collections.streamflix.content_api.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    pass
