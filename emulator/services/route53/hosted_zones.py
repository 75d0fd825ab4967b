"""Route 53: a hosted zone is made once for each caller's reference."""

from __future__ import annotations

from typing import Any

from emulator.patching import wrap


def install() -> None:
    """Put the additions into moto."""
    from moto.route53 import models
    from moto.route53.exceptions import Route53ClientError
    from moto.route53.models import Route53Backend

    @wrap(models, "create_route53_zone_id")
    def create_route53_zone_id(original: Any, *args: Any, **kwargs: Any) -> str:
        """Give hosted zones ids that begin with Z, as those of AWS do."""
        return "Z" + str(original(*args, **kwargs))[1:]

    @wrap(Route53Backend, "create_hosted_zone")
    def create_hosted_zone(
        original: Any, self: Any, *args: Any, caller_reference: str | None = None, **kwargs: Any
    ) -> Any:
        """Refuse a second request with the same reference. See CreateHostedZone in the API reference."""
        if any(zone.caller_reference == caller_reference for zone in self.zones.values()):
            text = "A hosted zone has already been created with the specified caller reference."
            raise Route53ClientError("HostedZoneAlreadyExists", text)
        return original(self, *args, caller_reference=caller_reference, **kwargs)
