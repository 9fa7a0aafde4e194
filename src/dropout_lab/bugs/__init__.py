"""Every known way to get dropout wrong, and which check catches it."""

from typing import TYPE_CHECKING

from dropout_lab._lazy import lazily

_HOMES = {
    "BUGS": "catalogue:BUGS",
    "BACKWARD_BUGS": "catalogue:BACKWARD_BUGS",
    "flipped_mask": "catalogue:flipped_mask",
    "randn_mask": "catalogue:randn_mask",
    "seeded_mask": "catalogue:seeded_mask",
    "LISTINGS": "listings:LISTINGS",
    "run_checks": "hunt:run_checks",
}
__all__ = list(_HOMES)

if TYPE_CHECKING:
    from dropout_lab.bugs.catalogue import BACKWARD_BUGS as BACKWARD_BUGS
    from dropout_lab.bugs.catalogue import BUGS as BUGS
    from dropout_lab.bugs.catalogue import flipped_mask as flipped_mask
    from dropout_lab.bugs.catalogue import randn_mask as randn_mask
    from dropout_lab.bugs.catalogue import seeded_mask as seeded_mask
    from dropout_lab.bugs.hunt import run_checks as run_checks
    from dropout_lab.bugs.listings import LISTINGS as LISTINGS
else:
    __getattr__, __dir__ = lazily(__name__, _HOMES)
